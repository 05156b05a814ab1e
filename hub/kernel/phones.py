"""Phone numbers: written in any way, kept in one (E.164)."""

from __future__ import annotations

import phonenumbers

from hub.kernel.errors import Refused, declare

INVALID_PHONE = declare("invalid_phone", 422)

WRITTEN_MAX = 40


def normal_phone(written: str, country: str) -> str:
    """The number in E.164; without a country code it is one of `country` (ISO 3166).

    Raises:
        Refused: `invalid_phone`.
    """
    try:
        number = phonenumbers.parse(written[: WRITTEN_MAX + 1], country)
    except phonenumbers.NumberParseException:
        raise Refused(INVALID_PHONE) from None
    if len(written) > WRITTEN_MAX or not phonenumbers.is_valid_number(number):
        raise Refused(INVALID_PHONE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
