error-unknown-place-kind = There is no kind of place with the code “{ $code }”. Add it first.
error-unknown-skill = There is no skill with the code “{ $code }”. Add it first.
error-invalid-hours = Please give both an opening and a closing time, and not the same one.
error-unknown-consent-form = There is no form with the code “{ $code }”. Add it first.
