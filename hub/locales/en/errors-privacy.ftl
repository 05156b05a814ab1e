# Why privacy says no.

error-unknown-permission = There is no such permission, or it cannot be given to this role.
error-grant-fixed = This one is fixed: managers keep their way back, everybody keeps their own account, and devices and customers cannot be given more than the default.
error-too-many-searched = You have looked for { $count } whole numbers in the last hour. Look by name or the last four digits, or ask another person on the privacy page.
error-too-many-revealed = You have opened { $count } files in the last hour. For more, ask another person on the privacy page.
error-not-your-customer = You can do this only for the customers that you have today.
error-in-one-hand = Within the last { $days } days one of you, or one person for both, made these accounts or renewed their way in. Somebody else has to allow this, or you wait until then.
error-needs-another-person = Somebody else has to allow this: you asked for it yourself.
error-approval-over = This request has been answered, withdrawn or used, or its time is over.
error-already-asked = This has been asked for already and waits for an answer.
error-still-expected = This customer still has visits ahead or waits for a time. Cancel those first.
error-reason-missing = Say in a few words why.
error-keys-under-way = Keys are being renewed already.
