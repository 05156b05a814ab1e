error-unknown-place-kind = There is no kind of place with the code “{ $code }”. Add it first.
error-unknown-skill = There is no skill with the code “{ $code }”. Add it first.
error-invalid-hours = Please give both an opening and a closing time, and not the same one.
error-hours-beyond-day = Open { $opens }–{ $closes } would go past { $begins }, when a new business day begins. Change the hours, or when the day begins.
error-day-begins-now = What is going on now would belong to another day. Change it after { $begins }, once everybody from before has left.
error-unknown-consent-form = There is no form with the code “{ $code }”. Add it first.
