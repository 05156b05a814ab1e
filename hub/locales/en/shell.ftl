# What every screen says: languages, connection, errors, and the floor's own words.

product = Salon Hub
language-en = English
language-zh = 中文
language-choose = Language

connection-loading = Connecting
connection-live = Live
connection-stale = No news for { $age }
connection-offline = Offline · as of { $at }
connection-offline-never = Offline
connection-error = Not available
connection-forbidden = No access

age-seconds = { $count } s
price-none = price on request
age-minutes = { $count } min
age-hours = { $count } h

button-ok = OK
button-cancel = Cancel
button-close = Close
button-back = Back
button-next = Next
button-done = Done
button-undo = Undo
button-undo-left = Undo ({ $seconds })
button-retry = Try again
button-reload = Reload this page
button-sign-in = Sign in
button-home = Start page
button-sign-out = Sign out
button-more = More
button-dismiss = Dismiss
key-delete = Delete the last digit
key-clear = Clear

field-optional = optional
list-moved = moved
loading = Loading

outbox-waiting = { $count ->
    [one] { $count } action is not sent yet
   *[other] { $count } actions are not sent yet
}
outbox-sending = Sending
outbox-cut-off = No connection: what you tap is kept on this tablet and sent later
outbox-not-durable = This browser keeps nothing: a reload would lose what is not sent yet
outbox-conflict = Not accepted: { $what }
outbox-again = Send again
outbox-conflicts = { $count ->
    [one] { $count } action was not accepted
   *[other] { $count } actions were not accepted
}
outbox-look = Look
outbox-dismiss-these = Got it, all { $count }

sound-off = Sound is off
sound-tap = Tap once to turn the sound on
sound-on = Sound is on
sound-none = This device has no sound
sound-test = Test the sound

said-unknown = There is news that this page cannot show yet ({ $code })
error-unreachable = The hub cannot be reached. Check the network; this page goes on trying.
error-unknown = Something went wrong ({ $code }). Nothing was changed.
error-page = This page has stopped ({ $code }). Reload it; nothing that was confirmed is lost.
error-code = Code { $code }

state-booking-held = Held
state-booking-confirmed = Confirmed
state-booking-expected = Expected
state-booking-arrived = Arrived
state-booking-done = Done
state-booking-cancelled_by_customer = Cancelled by customer
state-booking-cancelled_by_store = Cancelled by salon
state-booking-late_cancel = Cancelled late
state-booking-no_show = No-show

state-visit-arrived = Arrived
state-visit-forms_pending = Forms to fill in
state-visit-waiting = Waiting
state-visit-called = Called
state-visit-in_room = In the room
state-visit-in_service = In service
state-visit-served = Served
state-visit-at_checkout = At checkout
state-visit-paid = Paid
state-visit-left = Left
state-visit-running_late = Running late
state-visit-paused = Stepped out
state-visit-transferring = Moving

state-technician-off = Off
state-technician-free = Free
state-technician-called = Called
state-technician-in_service = In service
state-technician-processing_free = Free meanwhile
state-technician-break = On a break
state-technician-about_to_finish = Ends soon

state-place-free = Free
state-place-reserved = Reserved
state-place-occupied = Occupied
state-place-dirty = To be cleaned
state-place-cleaning = Being cleaned
state-place-closed = Closed

state-phase-hands_on = Hands on
state-phase-processing = Developing
state-phase-finishing = Finishing

color-celadon = Celadon
color-clay = Clay
color-amber = Amber
color-indigo = Indigo
color-rose = Rose
color-jade = Jade
color-ivory = Ivory
color-ink = Ink

skin-normal = Normal skin
skin-dry = Dry skin
skin-oily = Oily skin
skin-combination = Combination skin
skin-sensitive = Sensitive skin
talk-title = Notes · { $name }
