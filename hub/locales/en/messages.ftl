# Messages that leave the house: text messages and mails.

code-message-subject = { $store }: your code
code-message-sign-in = { $store }: your code is { $code }. It is good for { $minutes } minutes. Tell it to nobody; we never ask for it.
code-message-contact = { $store }: { $code } is the code to confirm this address for your visits. It is good for { $minutes } minutes. If you did not ask for it, ignore this message.
code-message-staff-mail = { $store }: { $code } is the code to confirm this mail address for your staff account. It is good for { $minutes } minutes. If you did not ask for it, tell your manager.
reset-message-subject = { $store }: choose a new password
reset-message =
    Somebody asked for a new password for your account at { $store }. Open this link within { $minutes } minutes to choose one; it works once:

    { $link }

    If it was not you, ignore this message: your password stays as it is.
notice-message-subject = { $store }: a change of your account
notice-message =
    Something about your account at { $store } has changed: { $what }

    If it was not you, tell your manager at once.
notice-password = The password is another one.
notice-factor-set = An authenticator app was switched on.
notice-factor-removed = The authenticator app was switched off.
notice-passkey-added = A passkey was added.
notice-passkey-removed = A passkey was removed.
notice-passkey-copy = A copy of your passkey was used, and refused. Please remove that passkey.
notice-mail = This mailbox no longer gets notices about your account, nor links to a new password.
notice-recovery-code = A recovery code was used to sign in.
alarm-message-subject = { $store }: { $rule }
alarm-message =
    An alarm at { $store }: { $count ->
        [1] { $rule }.
       *[other] { $rule }, { $count } within { $minutes } min.
    }

    Please look at it and close it with a note: { $link }

    An alarm proves nothing; it asks a question.
