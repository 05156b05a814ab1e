# The customer's phone

visit-title = My visit
visit-new = You are booked
visit-new-hint = Show this code at the kiosk when you come
visit-code = My code for the kiosk
visit-code-show = Show my code
visit-calendar = Add to calendar
calendar-title = { $services } · { $store }

stage-held = Held for you
stage-booked = Your time
stage-running-late = We expect you at
stage-waiting = You start about
stage-soon = You are next
stage-paused = We keep your place
stage-called = Please come now
stage-in-service = Done about
stage-served = All done
stage-left = Thank you
stage-cancelled = This booking is cancelled
stage-no-show = We missed you
stage-served-text = Please come to the front desk
stage-left-text = We look forward to seeing you again
stage-cancelled-text = Your time has been given back
stage-no-show-text = Your booking has passed. Book again, or call us.
stage-called-text = Please go to { $place }
stage-called-desk = Please come to the front desk
stage-paused-text = Tell the front desk when you are back

odds = { $odds }% sure
odds-label = How sure
today = Today
ahead = { $count ->
    [one] 1 guest before you
   *[other] { $count } guests before you
}
code-label = Your code

technician-free = is ready for you
technician-in_service = is still with a guest
technician-about_to_finish = is about to be free
technician-processing_free = has a moment
technician-called = is preparing your place
technician-break = is on a break
technician-off = starts later
developing = is working in

progress = What we do
state-running = now
state-done = done

change-late = I am late
change-move = Another time
change-cancel = Cancel booking
late-title = How late will you be?
late-minutes = { $minutes } min
late-told = Thank you. We expect you at { TIME($at) }.
move-title = When suits you?
move-earlier = Earlier days
move-later = Later days
move-done = Moved to { VISIT($at) }
move-empty = No free time on this day
move-next = See { $day }
move-peak-opens = Peak times of this day open for you from { DAY($at) }, { TIME($at) }.
move-closed = closed
move-full = full
move-unstaffed = not open yet
move-free = { $count ->
    [one] 1 time
   *[other] { $count } times
}
visit-day-label = Day
cancel-title = Cancel this booking?
cancel-text = Your time on { VISIT($at) } will be free for others at once.
cancel-late = It is less than two hours away: the gap can hardly be filled now. If you can still come later, tell us instead.
cancel-keep = Keep it
cancel-yes = Cancel booking
cancel-done = Cancelled. Thank you for telling us.
book-again = Book again

why-title = Why it changed
why-team = We had to change who works when.
why-before = The guest before you takes a little longer.
why-place = A chair or room is not free yet.
why-gap = A place became free, so we could do better.
why-own = We planned again around your change.
why-store = The front desk has rearranged the day.

history-title = What has happened
history-booked = Booked
history-moved = Moved to another time
history-cancelled = Cancelled
history-late = Late, told us
history-arrived = Arrived
history-no_show = Noted as missing
history-no_show_reversed = Expected again
history-left = Finished
history-by-you = you
history-by-store = the store
history-by-hub = by itself

link-title = This link does not open a booking
link-text = It may be old, or not complete. Open the newest link you were given, or book anew. Your booking itself is safe.
link-book = To the booking page
to-sign = Please sign at the kiosk or the front desk: { $forms }
