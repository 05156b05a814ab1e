review-title = { $day } against the best possible
review-measure = of the day
review-happened = happened
review-best = best plan
review-least = proven limit
review-served = customers served
review-kept = promises kept
review-late-total = minutes beyond the window
review-late-mean = – per customer
review-late-longest = – longest
review-waiting-total = minutes of waiting
review-waiting-mean = – per customer
review-waiting-longest = – longest
review-wishes-unmet = services not by the preferred technician
review-overtime = minutes of overtime
review-who = { $came ->
    [one] 1 customer
   *[other] { $came } customers
  } came, { $walk_ins } of them without a booking; { $stayed_away } stayed away.
review-late = { $minutes ->
    [one] 1 minute was
   *[other] { $minutes } minutes were
  } lost beyond the windows. { $least ->
    [none] How many could not have been avoided is not proven
   *[other] At least { $least } could not have been avoided
  }; the best plan comes to { $best }.
review-late-nothing = Nobody began after their window.
review-waited = Customers waited { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
  }. { $least ->
    [none] How many could not have been avoided is not proven
   *[other] With windows kept that well, at least { $least } could not have been avoided
  }; the best plan comes to { $best }.
review-waited-nothing = Nobody waited.
review-broken = What happened breaks rules that could not be loosened ({ $rules }): nothing is proven.
review-proven = The best plan is proven: nobody could have served more, kept windows better or made customers wait less ({ $seconds } s).
review-open = The search ended before everything was proven ({ $seconds } s); more time: --seconds.

review-no-store = There is no store in { $data }.
review-not-over = { $day } is not over yet.
review-no-such-day = Nobody came on { $day }. { $first ->
    [none] No visit is on record at all.
   *[other] Visits are on record from { $first } to { $last }.
  }
review-database-unknown = The store's database does not fit this release: { $cause }
