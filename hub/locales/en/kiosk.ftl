# The self check-in at the door

kiosk-title = Check in
welcome-hello = Welcome
welcome-booking = I have a booking
welcome-booking-hint = By code or mobile number
welcome-walk-in = No booking
welcome-walk-in-hint = See how long you would wait
welcome-scan = Got a booking code? Just hold it to the scanner
welcome-waiting =
    { $count ->
        [one] 1 guest is waiting
       *[other] { $count } guests are waiting
    }
welcome-waiting-none = Nobody is waiting right now
welcome-closed = We are closed today
start-over = Start over
call-person = Call a person
person-coming = Somebody is coming
kiosk-steps = Steps

identify-title = Scan your booking code, or enter your mobile number
identify-title-pad = Enter the mobile number of your booking
identify-camera = Hold the code to the camera
identify-use-pad = Use my mobile number
identify-scanner = Or hold your booking code to the scanner
kiosk-phone-label = Mobile number

hour-title = What time is your booking?
hour-hint = The hour is enough: for 14:30 tap 14:00

unknown-title = We found no booking for today
unknown-code = This code does not open anything here. Use your newest booking code, or your mobile number.
unknown-number = Check the number and the time, or ask us to look it up.
unknown-again = Try again
unknown-walk-in = No booking: join the queue

locked-title = Somebody will help you in a moment
locked-text = That was a few tries too many. You can still join the queue, or scan your booking code.

whose-title = Which one is yours?
whose-here = checked in
confirm-title = Is this you?
confirm-with = with { $technician }
confirm-early = You are { MINUTES($minutes) } early. Check in, and we take you sooner if we can.
confirm-late = You are { MINUTES($minutes) } late. Never mind: check in and we find you a new time at once.
confirm-yes = Yes, check me in
confirm-health = Yes, but my allergies or health have changed
confirm-no = That is not me
confirm-unchanged = By checking in you say that your allergies and health have not changed

consent-title = May we keep your details?
consent-text = For your booking we keep your name, number, time and wishes, encrypted, and use them for nothing else. You may see, correct or erase them at any time.
consent-yes = I agree, check me in
consent-no = I do not agree
person-title = Somebody is coming to you
person-text = We take care of it in person and keep nothing here.

result-title = You are checked in
result-already = You are checked in already
result-code = Your code
result-window = Expected start
result-odds = { $odds }% sure
result-now = We will call you in a moment
result-no-window = We will tell you the time shortly; watch the screen
result-ahead =
    { $count ->
        [one] 1 guest before you
       *[other] { $count } guests before you
    }
result-ahead-none = You are next
result-seat = Take a seat in the waiting area and watch the screen
result-place = Please go to { $place }
result-follow = Scan to follow on your phone
result-health = Somebody will come to you about your allergies and health
result-another = Check in my companion
result-done = Done
result-gone-title = Please come to the front desk
result-gone-text = Your check-in has been changed there.

elsewhen-title = Your booking is on another day
elsewhen-text = Want to move it? Scan with your phone.
elsewhen-today = Join today's queue
over-title = This booking has ended or was cancelled
over-text = You can join the queue, or ask us for a new time.

service-title = What would you like?
service-next = See the wait
service-count =
    { $count ->
        [one] 1 service
       *[other] { $count } services
    } · { MINUTES($minutes) }

who-title = Who should it be?
kiosk-who-any = Anyone, soonest
kiosk-who-woman = A woman
kiosk-who-man = A man
who-named = Somebody you know
wait-now = right away
wait-about = in about { MINUTES($minutes) }
wait-none = full today
full-title = We are full for today

offer-title = You would start about
offer-odds = { $odds }% sure to start in time
offer-join = Join the queue
offer-later = Another day
kiosk-later-title = Book another time on your phone
later-text = Scan to open the booking page. Every time it shows is really free.

name-title = What may we call you?
kiosk-name-label = Name or surname
name-next = Next
name-spell = Spell another name
name-choose = Choose a surname
name-skip = Join without a name
kiosk-title-ms = Ms
kiosk-title-mr = Mr
kiosk-title-none = Neither
key-space = Space
key-delete-letter = Delete the last letter
surnames = Common surnames

number-title = Leave a mobile number?
number-text = Used for today's visit only, kept encrypted, and erased whenever you ask.
number-skip = No number
number-join = Agree and join

idle-title = Still there?
idle-text = This screen is wiped in { $seconds } s to protect your details
idle-stay = I am still here
offline-title = The kiosk is offline
offline-text = Please go to the front desk. This screen comes back by itself.

form-hint = Please read and sign, then we go on.
form-sign = Sign and go on
form-hold = Cannot write? Hold here to agree
form-hold-again = Press once more to agree
form-later = I would rather do this with a person
name-needed = This service needs your signature, so we need your name.
result-form-to_confirm = Somebody comes to you and checks your name
result-form-open = Somebody comes to you with the form
