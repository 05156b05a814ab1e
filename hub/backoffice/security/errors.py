"""How identity refuses; each code has its sentence in hub/locales/*/errors-security.ftl."""

from __future__ import annotations

from hub.kernel.errors import declare

WRONG_CREDENTIALS = declare("wrong_credentials", 401)
"""Log-in and password do not fit together; says no more, so that nobody learns which log-ins exist."""

WRONG_PASSWORD = declare("wrong_password", 401)
"""Of somebody who is signed in and shows the present one again."""

WRONG_PIN = declare("wrong_pin", 401)
"""On a paired tablet; the same for a technician who has no PIN, so that nobody learns who has one."""

WRONG_CODE = declare("wrong_code", 401)
"""Of the second step: not the app's present one, used already, or no recovery code."""

TOO_MANY_TRIES = declare("too_many_tries", 429)
"""`minutes`: how long to wait here. A device on which the account was used before has tries of its own."""

SIGN_IN_EXPIRED = declare("sign_in_expired", 401)
LOGIN_TAKEN = declare("login_taken", 409)
PASSWORD_TOO_SHORT = declare("password_too_short", 422)
PASSWORD_TOO_LONG = declare("password_too_long", 422)
PASSWORD_COMMON = declare("password_common", 422)
PASSWORD_TOO_SIMPLE = declare("password_too_simple", 422)
PASSWORD_USED_BEFORE = declare("password_used_before", 422)
PIN_TOO_SIMPLE = declare("pin_too_simple", 422)
TECHNICIAN_HAS_ACCOUNT = declare("technician_has_account", 409)
LAST_MANAGER = declare("last_manager", 409)
PAIRING_REFUSED = declare("pairing_refused", 401)
LINK_SPENT = declare("link_spent", 410)
DEVICE_REVOKED = declare("device_revoked", 409)
PASSKEYS_NOT_HERE = declare("passkeys_not_here", 422)
"""The page is not under the store's https address, and browsers have no passkeys elsewhere."""

PASSKEY_REFUSED = declare("passkey_refused", 401)
FACTOR_REQUIRED = declare("factor_required", 409)
"""The last second factor of somebody who must have one."""

CODE_REFUSED = declare("code_refused", 401)
"""A one-time code that is wrong, too old or tried too often; says no more."""
