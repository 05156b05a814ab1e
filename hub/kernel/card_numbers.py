"""Card numbers have no place here: a text that holds one is refused where it comes in.

What counts is 13 to 19 digits, perhaps grouped, that begin like a payment network's numbers (ISO/IEC 7812 ranges of Visa,
Mastercard, American Express, UnionPay, JCB, Discover and Diners) and pass the Luhn check. So phone numbers, booking codes and
dates pass, and one number in ten of a card's looks that is none is refused as well.
"""

from __future__ import annotations

import re
import unicodedata

from hub.kernel.errors import Refused, declare

CARD_NUMBER = declare("card_number", 422)

_DIGITS = re.compile(r"(?<![0-9A-Za-z+])[0-9](?:[ .\-\u2010-\u2015\u00b7]{0,2}[0-9]){12,18}(?![0-9A-Za-z])")
_NETWORKS = re.compile(
    r"(?:4\d{15}(?:\d{3})?|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|(?:62|81)\d{14,17}|35(?:2[89]|[3-8]\d)\d{12,15}|6(?:011|4[4-9]\d|5\d{2})\d{12,15}|3(?:0[0-5]|[689]\d)\d{11,16})"
)


def holds_card_number(text: str) -> bool:
    """Whether a card number stands in the text, also in full-width digits or in groups."""
    plain = unicodedata.normalize("NFKC", text)
    for found in _DIGITS.finditer(plain):
        digits = "".join(c for c in found.group() if c.isdecimal())
        if _NETWORKS.fullmatch(digits) and luhn_valid(digits):
            return True
    return False


def luhn_valid(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: the sum is a multiple of ten."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def no_card_number(value: str) -> str:
    """The text as it is. Raises `card_number`, which no model turns into a plain `invalid`: people are to learn why."""
    if holds_card_number(value):
        raise Refused(CARD_NUMBER)
    return value
