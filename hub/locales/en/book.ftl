# Booking online

book-title = Book
book-way = Steps
book-step-services = Services
book-step-when = Time
book-step-details = Your details

services-title = What would you like?
services-none = No online booking at the moment
services-none-hint = Please call the store
services-chosen =
    { $count ->
        [one] 1 service
       *[other] { $count } services
    }
choose-time = Choose a time

when-title = When suits you?
who-label = With whom
who-any = Anyone
who-woman = A woman
who-man = A man
day-label = Day
day-free =
    { $count ->
        [one] 1 time
       *[other] { $count } times
    }
day-full = full
day-unstaffed = not open yet
day-unstaffed-hint = Nobody who could do it is on shift on this day yet
day-closed = closed
day-closed-hint = The store is closed on this day
day-full-hint = This day is fully booked
day-next = See { $day }
day-hours = Open { $hours }
slot-taken = { TIME($at) } has just been taken by somebody else. The nearest free times:
peak-opens = Peak times of this day open for you from { DAY($at) }, { TIME($at) }.
peak-title = How peak times are booked
peak-window = { $days } { $begins }–{ $ends }
peak-every-day = Every day
peak-lead =
    { $days ->
        [one] 1 day before
       *[other] { $days } days before
    }
peak-lead-hours =
    { $hours ->
        [one] 1 hour before
       *[other] { $hours } hours before
    }
peak-everybody = Everybody else
peak-all = Everybody
peak-tier-diamond = Diamond
peak-tier-gold = Gold
peak-tier-silver = Silver
peak-tier-regular = Member
peak-know-me = Your tier counts when you are signed in at “My visits”.
peak-sign-in = My visits
part-morning = Morning
part-afternoon = Afternoon
part-evening = Evening
part-night = After midnight, { DAY($date) }

hold-left = Held for you for
hold-gone = The hold has ended; please choose a time again
details-title = Who is coming?
name-label = Name
name-missing = Please give a name
title-label = Form of address
title-ms = Ms
title-mr = Mr
title-none = None
phone-label = Mobile number
phone-hint = Used for this booking only
phone-missing = Please give a mobile number
note-label = Note
consent = { $store } may keep my name and number for this booking.
consent-missing = Without your consent the booking cannot be kept
confirm = Book
