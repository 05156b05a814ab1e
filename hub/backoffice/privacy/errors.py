"""How privacy refuses; each code has its sentence in hub/locales/*/errors-privacy.ftl."""

from __future__ import annotations

from hub.kernel.errors import declare

TOO_MANY_REVEALED = declare("too_many_revealed", 429)
"""More files than one person's work needs: another person is to allow it."""

TOO_MANY_SEARCHED = declare("too_many_searched", 429)
"""More whole numbers than a desk looks for: somebody may be trying one after the other."""

NOT_YOUR_CUSTOMER = declare("not_your_customer", 403)
"""A technician opens the allergies of her own customers of today."""

NEEDS_ANOTHER_PERSON = declare("needs_another_person", 403)
IN_ONE_HAND = declare("in_one_hand", 403)
"""Asker and approver may be one person with two accounts."""

APPROVAL_OVER = declare("approval_over", 409)
"""Decided, withdrawn, run out or used already."""

ALREADY_ASKED = declare("already_asked", 409)
STILL_EXPECTED = declare("still_expected", 409)
"""Visits or places on the waiting list ahead: they come first."""

REASON_MISSING = declare("reason_missing", 422)
KEYS_UNDER_WAY = declare("keys_under_way", 409)
