## What a change would do, before it is made; and why not

desk-what-if-cancels = { $count ->
    [one] · 1 booking is cancelled
   *[other] · { $count } bookings are cancelled
}
desk-what-if-moves-all = { $count ->
    [one] 1 customer moves, { $minutes ->
        [0] but keeps the time
       *[other] { MINUTES($minutes) } in all
    }
   *[other] { $count } customers move, { $minutes ->
        [0] but keep their times
       *[other] { MINUTES($minutes) } in all
    }
}
desk-what-if-nobody-all = Nobody is moved
desk-what-if-no-room = no room today
desk-way-as-asked = As asked
desk-way-quiet = Without moving anybody
desk-what-if-cancelled = cancelled
desk-what-if-looking = Looking for something better…
desk-what-if-who = Who moves
desk-breaks-promise-by = { MINUTES($minutes) } after the promise
desk-look-first = See what it does first
desk-sick-title = { $name } is sick
desk-close-title = Close { $name }
desk-late-title = { $name } is { $minutes } min late
desk-late-go = Late by { $minutes } min
desk-add-go = Add { $service }
desk-way-asked = The best for everybody
desk-way-only-those = Move only those concerned
desk-way-cancel = Cancel those concerned
desk-way-keeps = Keep technician and place for them
desk-way-technician = With somebody else
desk-way-time = At another time
desk-way-anybody = With whoever is free
desk-way-sooner = Others make room
desk-do-why-not = Why not…
desk-why-not = Why not
desk-why-not-title = Why not another way? { $name }
desk-why-not-choose = Choose what you would like instead.
desk-why-not-before = Why not at { TIME($at) } as before?
desk-why-not-nothing = Nothing speaks against it
desk-why-not-impossible = No day is possible with it.
desk-why-not-cost = What it would cost
desk-why-not-as-good = Nobody would lose by it. The plan keeps things as they are, so that fewer people are moved.
desk-why-not-leave = Leave it
desk-why-not-insist = Do it anyway
desk-level-unserved-more = { $by ->
    [one] 1 more customer without room
   *[other] { $by } more customers without room
}
desk-level-unserved-less = { $by ->
    [one] Room for 1 more customer
   *[other] Room for { $by } more customers
}
desk-level-promise-lateness-more = { $by } min later than promised, in all
desk-level-promise-lateness-less = { $by } min nearer to promised times, in all
desk-level-waiting-more = { $by } min more waiting in all
desk-level-waiting-less = { $by } min less waiting in all
desk-level-wishes-more = { $by ->
    [one] 1 wish for a technician is not met
   *[other] { $by } wishes for a technician are not met
}
desk-level-wishes-less = { $by ->
    [one] 1 more wish for a technician is met
   *[other] { $by } more wishes for a technician are met
}
desk-level-overtime-more = { $by } min more overtime
desk-level-overtime-less = { $by } min less overtime
desk-level-fairness-more = Turns are shared less evenly
desk-level-fairness-less = Turns are shared more evenly
desk-level-idle-more = { $by } min more idle between customers
desk-level-idle-less = { $by } min less idle between customers
desk-what-if-breaks-own = · they start at { TIME($at) }, after their promise
