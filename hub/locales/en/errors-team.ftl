error-shift-overlap = The technician already works at this time. Change the other shift first.
error-shift-beyond-day = A shift { $start }–{ $end } would go past { $begins }, when a new business day begins. End it there, and put the rest on the other day.
error-not-on-break = The technician is not on a break.
error-already-away = The technician is already away at this time.
error-ends-before-start = The end lies before the start. Please check both times.
error-technician-away = The technician is away at that time. Try another technician or another time.
