"""Card numbers do not get in; numbers that salons really write down do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from hub.kernel import card_numbers
from hub.kernel.card_numbers import holds_card_number, luhn_valid
from hub.kernel.errors import Refused
from hub.kernel.text import Name, Note, ShortText
from tests.conftest import Send

CARDS = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "3782 822463 10005",
    "6200000000000005",
    "6250941006528599",
    "3530111333300000",
    "6011000990139424",
    "30569309025904",
    "４１１１１１１１１１１１１１１１",
    "卡号4111111111111111，有效期12/30",
    "pays with 4111.1111.1111.1111 next time",
]
PLAIN = [
    "13812345678",
    "+86 138 1234 5678",
    "8613812345678",
    "+49 1512 3456789",
    "138 1234 5678 / 139 8765 4321",
    "4111111111111112",
    "2026-05-14 09:30, 2026-05-14 10:45",
    "4e111111111111111111111111111111",
    "order 20260514093000123",
    "room 4, chair 11, 11:11",
    "0123456789abcdef0123456789abcdef",
    "1234567890123",
]


@pytest.mark.parametrize("text", CARDS)
@pytest.mark.parametrize("kind", [Name, Note, ShortText])
def test_a_card_number_is_refused_wherever_people_type(text: str, kind: object) -> None:
    with pytest.raises(Refused, match="card_number"):
        TypeAdapter(kind).validate_python(text)


@pytest.mark.parametrize("text", PLAIN)
def test_other_numbers_pass(text: str) -> None:
    assert TypeAdapter(Note).validate_python(text) == text


@given(st.from_regex(r"\A\+?[0-9]{6,13}\Z"))
def test_no_phone_number_is_taken_for_a_card(text: str) -> None:
    assert not holds_card_number(text)


@given(st.from_regex(r"\A[A-Z][0-9]{1,3}\Z") | st.from_regex(r"\A[0-9a-f]{32}\Z"))
def test_no_code_or_id_is_taken_for_a_card(text: str) -> None:
    assert not holds_card_number(text)


@given(st.from_regex(r"\A4[0-9]{14}\Z"))
def test_exactly_one_check_digit_makes_a_card(digits: str) -> None:
    assert [luhn_valid(digits + last) for last in "0123456789"].count(True) == 1
    assert [holds_card_number(digits + last) for last in "0123456789"].count(True) == 1


async def test_the_door_says_why_and_keeps_nothing(send: Send) -> None:
    with pytest.raises(Refused, match="card_number"):
        await send("bookings.put_customer", {"name": "Li Na", "note": "card 4111 1111 1111 1111"})


async def test_without_the_guard_it_would_get_in(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the one above."""
    monkeypatch.setattr(card_numbers, "holds_card_number", lambda text: False)
    assert (await send("bookings.put_customer", {"name": "Li Na", "note": "card 4111 1111 1111 1111"})).result["new"]
