"""The visits' working day, on which a cut asks for a signature."""

from __future__ import annotations

import pytest

from tests.operations.floor import Floor
from tests.operations.visits.conftest import floor as plain_floor
from tests.operations.visits.conftest import hub

__all__ = ["hub", "plain_floor"]

WORDS = {"zh": "药水有刺激", "en": "The solution may sting"}


async def put_form(floor: Floor, text: dict[str, str] = WORDS) -> int:
    """The form's newest version."""
    put = {"code": "CHEM", "name": {"zh": "同意书", "en": "Consent"}, "text": text}
    return int((await floor.send("catalog.put_consent_form", put)).result["version"])


async def ask_for_it(floor: Floor, form: str = "CHEM") -> None:
    """A cut asks for the form from now on."""
    cut = {"kind": "hands_on", "minutes": 30, "place_kind": "chair", "skill": "cut"}
    name = {"zh": "cut", "en": "cut"}
    put = {"code": "cut", "name": name, "category": name, "price_minor": 10000, "phases": [cut], "consent_form": form}
    await floor.send("catalog.put_service", put)


@pytest.fixture
async def floor(plain_floor: Floor) -> Floor:
    await put_form(plain_floor)
    await ask_for_it(plain_floor)
    return plain_floor
