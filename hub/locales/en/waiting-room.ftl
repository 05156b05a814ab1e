# The waiting room's screen

waiting-room-title = Waiting room
calling-title = Please come in
calling-none = Please take a seat
calling-none-hint = Your code appears here with a chime when it is your turn
place-desk = Front desk
queue-title = Waiting
queue-page = { $page } / { $pages }
queue-none = Nobody is waiting
queue-paused = back soon
queue-soon = very soon
queue-unplanned = being planned
recent-title = Called just now
recent-none = Codes stay here for a while after they are called
sound-off-tap = Sound is off, tap once
call-code = { $color } { $number }
call-to-place = { $who }, please come to { $place }.
call-to-desk = { $who }, please come to the front desk.
room-away-title = This screen will be back shortly
room-away-text = We call you in person until then. Please ask at the front desk.
