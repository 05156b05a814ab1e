## What the desk should look at

attention-arrived = { $who } has arrived
attention-late = { $who } comes { MINUTES($minutes) } late
attention-overrun = { $who } is { MINUTES($minutes) } over time
attention-promise-at-risk = { $who } would start { MINUTES($minutes) } after the promise
attention-unplanned = { $service } for { $who } has no room yet
attention-later-day = { $count ->
    [one] On { DAY($day) } 1 booking has lost its room
   *[other] On { DAY($day) } { $count } bookings have lost their room
}
attention-no-show-due = { $who } is { MINUTES($minutes) } overdue
attention-sick = { $technician } is sick
attention-place-closed = { $place } is closed: { $reason }
attention-help-help = A hand is needed
attention-help-help-named = { $name } needs a hand
attention-help-clean = Cleaning is needed
attention-help-clean-named = { $name } wants cleaning
attention-help-remind = Reminder before the end
attention-help-remind-named = { $name } asked to be reminded
attention-help-kiosk = Somebody at the kiosk needs a hand
attention-help-health = Allergies or health have changed: please ask
attention-help-health-named = { $name }: allergies or health have changed, please ask
attention-help-form = A customer wants to sign a form at the desk
attention-help-form-named = { $name } wants to sign a form at the desk
attention-form = { $who } has not signed “{ $form }”
attention-form-held = { $who } agreed to “{ $form }” by holding: check the name
attention-dirty = { $place } wants cleaning before { TIME($time) }
attention-called-long = { $who } was called { MINUTES($minutes) } ago and is not seated
attention-waiting = { $who } has waited { MINUTES($minutes) } for { $service }
attention-waiting-planned = { $who } has waited { MINUTES($minutes) } for { $service }, planned at { TIME($start) }
attention-alarm = Alarm: { $rule }

## One-tap answers

mend-call = Call
mend-confirm-name = Name is right
mend-extend = 10 min more
mend-finish = Finish
mend-replan = Plan again
mend-anybody = Ask, then anybody at { TIME($start) }
mend-without = Ask, then without { $service }
mend-without-at = Ask, then without { $service } at { TIME($start) }
mend-move-to = Ask, then move to { TIME($start) }
mend-move-to-day = Ask, then move to { VISIT($start) }
mend-no-show = No-show
mend-late = Wait 15 min
mend-check-in = Check in
mend-back = Is back
mend-reopen = Reopen
mend-answer = Done
mend-clean = Is clean
mend-recall = Call again
mend-entered = Is seated
mend-pause = Let others go first
