# The technician's tablet

technician-title = Technician
my-turn = Turn
my-turn-rank = no. { $rank }
my-done = Done today
my-shift-end = Off at

focus-current = In service
focus-developing = Developing
focus-next = Next
focus-none = Nothing planned right now
focus-none-hint = A new customer appears here at once
requested-me = Asked for you
time-left = Left
time-over = Over time
time-developing = Develops for
time-starts = Starts
time-until = until
here-since = here since
late-until = expected
steps = Steps
allergy = Allergy on file
allergy-hint = Confirm it before you start
allergy-changed = Changed since you read it
tier-regular = Member
tier-silver = Silver
tier-gold = Gold
tier-diamond = Diamond

actions = Actions
do-call = Call
do-recall = Call again
do-start = Start
do-phase = Step done
do-finish = Finish
do-extend = Extend
do-extend-by = +{ $minutes } min
do-add = Add service
do-help = Ask for help
do-clean = Ask for cleaning
do-rest = Take a break
do-return = End the break
do-sign-out = Sign out
do-acknowledge = I have read about the allergy
add-title = Add a service for { $name }
add-asking = Looking at the day…
add-unknown = No answer from the hub. What you add is sent as soon as it is back.
add-free = Free at { TIME($at) }
add-later = Free from { TIME($at) }
add-swap = { $count ->
    [one] 1 other moves
   *[other] { $count } others move
}
add-breaks = Breaks a promise
add-impossible = No room today
add-no-room = no room today
add-late = { MINUTES($minutes) } after the promise
add-with = with { $name }
add-back = Back
add-anyway = Add it so
minutes-short = { $minutes } min

did-call = Called { $name }
did-recall = Called { $name } again
did-start = Started { $name }
did-phase = Step done for { $name }
did-finish = Finished { $name }
did-extend = Extended by { $minutes } min
did-add = Added { $service }
did-help = Help is asked for
did-clean = Cleaning is asked for
did-rest = Break begun
did-return = Break ended

next-title = Next
then-title = After that
next-none = Nothing else planned yet
later-title = Later
developing-title = Developing

brief-title = Earlier visits
brief-by-me = with you
brief-none = No earlier visits on file
nameless = Guest
brief-guest = A guest without a name: nothing is on file

faces-title = Who are you?
faces-none = No technicians yet
faces-none-hint = The manager adds them first
face-kept = { $count ->
    [one] { $count } action waits for your PIN
   *[other] { $count } actions wait for your PIN
}
pin-title = { $name }, your PIN
pin-length = { $count ->
    [one] { $count } digit entered
   *[other] { $count } digits entered
}
allergy-open = Read it
do-sign = Hand over to sign
do-sign-short = Sign the form
do-ask-desk = Let the desk see to the form
do-talk = Notes
did-sign = { $name } has signed
did-ask-desk = The desk is told about the form
did-talk = Noted for { $name }
did-allergy = Allergy noted for { $name }
form-missing = { $form }: not signed yet
form-to-confirm = { $form }: agreed by holding, the desk checks the name
form-signed = { $form }: signed { $at }
form-waived = { $form }: waved through by the desk { $at }
