error-wrong-credentials = Name and password do not fit together. Check both and try again.
error-wrong-password = The current password is not right. Please type it again.
error-wrong-pin = That PIN is not right. Enter it again; if you have forgotten it, a manager can set a new one.
error-wrong-code = That code is not right, or was used already. Type the one your app shows now, or a recovery code that you have not used.
error-too-many-tries = { $minutes ->
    [one] Too many wrong tries. Wait a minute, then try again.
   *[other] Too many wrong tries. Wait { $minutes } minutes, then try again.
}
error-sign-in-expired = This took too long. Please sign in again from the beginning.
error-login-taken = Somebody already signs in with this name. Choose another one.
error-password-too-short = The password needs at least { $shortest } characters. A few words in a row are easy to remember.
error-password-too-long = The password may have at most { $longest } characters.
error-password-common = This password is among the first that others would guess. Choose one without well-known words, names or rows of keys.
error-password-too-simple = The password needs at least { $kinds } of these: small letters, capital letters, digits, other signs.
error-password-used-before = You have used this password before. Choose one that is new: none of the last { $last }.
error-pin-too-simple = This PIN is easily guessed. Avoid repeats and runs such as 0000 or 1234.
error-technician-has-account = This technician already has an account.
error-last-manager = The salon needs at least one manager. Make somebody else a manager first.
error-pairing-refused = This code is not valid, or no longer. Have a new one made under “Devices”.
error-link-spent = This link has been used already, or has run out. Ask for a fresh one.
error-device-revoked = This device was removed. Add it as a new one.
error-passkeys-not-here = Passkeys do not work at this address. Open this page at the salon's https address, or on the server itself.
error-passkey-refused = This passkey was not accepted. Please try again, or sign in with your password.
error-factor-required = Your role needs a second step. Set up another one first, then you can remove this one.
error-code-refused = This code is wrong or has expired. Please check it, or ask for a new one.
