# Days that are over against the best possible, /look-back

look-back-title = Looking back
look-back-lead = The day as it went, against the best that anybody could have made of it who had known everything in the morning.
look-back-day = Day
look-back-option = { $day } · { $came ->
    [one] 1 came
   *[other] { $came } came
}
look-back-before = Day before
look-back-after = Day after
look-back-looking = Looking for the best day that could have been made of it. This takes some seconds.
look-back-none = No day to look back on yet
look-back-none-text = As soon as a day with customers is over, it stands here: what was lost, what it was lost to, and what nobody could have avoided.
look-back-not-over = This day is not over yet
look-back-not-over-text = A day is looked back on when it is complete. Choose an earlier one above.
look-back-nobody = Nobody came on this day
look-back-nobody-text = There is nothing to compare. Choose another day above.
look-back-guest = Guest
look-back-somebody = somebody
look-back-comma = { ", " }

look-back-verdict-customers = customers lost
look-back-verdict-money = { $money } of services
look-back-verdict-promises = promises broken that could be kept
look-back-verdict-of = { $kept } of { $windows } were kept
look-back-verdict-late = of lateness that could be avoided
look-back-verdict-waiting = of waiting that could be avoided

look-back-levels = What was lost
look-back-who = { $came ->
    [one] 1 customer
   *[other] { $came } customers
} came, { $walk_ins } of them without a booking; { $stayed_away } stayed away.
look-back-level = In this order
look-back-went = As it went
look-back-could = Best possible
look-back-lost = Lost
look-back-nothing = nothing
look-back-more = { $by } more in the best
look-back-of = of { $count }
look-back-key-least = could not be avoided
look-back-key-open = not known
look-back-key-lost = lost
look-back-level-unserved = Customers not served
look-back-level-broken = Promises broken
look-back-level-late = Beyond the windows
look-back-level-waiting = Waiting
look-back-level-wishes = Wished-for technician not given
look-back-level-overtime = Overtime

look-back-costs = What it was lost to
look-back-costs-text = Each event with the customers it cost something, and what the best day would have done for them. Tap one to see it in both pictures below.
look-back-costs-rest = { $count ->
    [one] 1 smaller event
   *[other] { $count } smaller events
}: { $lost }
look-back-costs-none = Nothing was lost
look-back-costs-none-text = Nobody could have served these customers better. A day to tell the team about.
look-back-sum-unserved = { $count ->
    [one] 1 customer lost
   *[other] { $count } customers lost
} ({ $money })
look-back-sum-late = { $minutes } late
look-back-sum-waited = { $minutes } of waiting
look-back-start = { TIME($at) } { $who }
look-back-not-served = not served
look-back-instead = in the best day
look-back-worse-off = { $count ->
    [one] 1 other customer
   *[other] { $count } other customers
} would have lost { MINUTES($minutes) } to the best day.
look-back-cause-left = { $who } left without being served
look-back-cause-idle = { $technician } and the place were free for { $minutes } min before { $who } was begun
look-back-cause-absent = { $technician } was away for { $minutes } min
look-back-cause-off = { $technician } was not on shift yet
look-back-cause-overran = { $who } took { $minutes } min longer than planned with { $technician }
look-back-cause-came-late = { $who } came { $minutes } min late to { $technician }
look-back-cause-walk-in = { $who } came without a booking and went to { $technician } first
look-back-cause-order = { $who } came later and went to { $technician } first
look-back-cause-busy = { $technician } had { $who } first: planned that tightly

look-back-picture = Both days, side by side
look-back-late = begun after the window

look-back-proven = Proven: nobody could have served more customers, kept windows better or made people wait less ({ $seconds } s).
look-back-open = The search ended before everything was proven ({ $seconds } s); what could not be avoided is a lower limit.
look-back-contradictory = The record has something that cannot have been, such as two services in one pair of hands; nothing is proven for this day.
look-back-assumed = Services take as long as they took, whoever does them. Skills, prices and places are today’s. A tap that was forgotten counts as a long service.
