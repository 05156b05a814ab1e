"""The store's own rules, and the words of what customers sign."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from hub.app import Hub
from hub.catalog.house import HouseRules, house_rules
from hub.catalog.queries import catalog_of, consent_forms
from hub.catalog.tables import ConsentFormRow
from hub.kernel import event_log
from hub.kernel.dispatch import facts_of
from hub.kernel.errors import Refused
from hub.kernel.tables import Store
from hub.kernel.text import Bilingual
from tests.conftest import Send

FORM = {"code": "CHEM", "name": {"zh": "同意书", "en": "Consent"}, "text": {"zh": "药水有刺激", "en": "It may sting"}}


async def _rules(hub: Hub, store: str) -> HouseRules:
    async with hub.database.read(store) as session:
        return house_rules(facts_of(await session.get_one(Store, store)).settings)


async def _types(hub: Hub, store: str) -> list[str]:
    async with hub.database.read(store) as session:
        return [fact.type for fact in await event_log.since(session, 0)]


async def test_what_is_left_out_stays_and_the_same_again_says_nothing(hub: Hub, store: str, send: Send) -> None:
    assert await _rules(hub, store) == HouseRules("code", 60, False, None)
    await send("catalog.set_house_rules", {"waiting_room_name": "surname_title"})
    await send("catalog.set_house_rules", {"waiting_area": {"zh": "窗边", "en": "By the window"}, "call_repeat_seconds": 30})
    expected = HouseRules("surname_title", 30, False, Bilingual(zh="窗边", en="By the window"))
    assert await _rules(hub, store) == expected
    before = await _types(hub, store)
    await send("catalog.set_house_rules", {"call_repeat_seconds": 30})
    assert await _types(hub, store) == before
    await send("catalog.set_house_rules", {"waiting_area": {"zh": "", "en": ""}})
    assert (await _rules(hub, store)).waiting_area is None
    assert (await _types(hub, store)).count("catalog.house_rules_set") == 3


@pytest.mark.parametrize("wrong", [{"waiting_room_name": "full"}, {"call_repeat_seconds": 1}])
async def test_rules_that_no_screen_could_keep_are_refused(send: Send, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        await send("catalog.set_house_rules", wrong)
    assert refusal.value.kind.code == "invalid"


async def test_other_words_are_another_version_and_the_old_ones_stay(hub: Hub, store: str, send: Send) -> None:
    assert (await send("catalog.put_consent_form", FORM)).result == {"version": 1}
    assert (await send("catalog.put_consent_form", FORM)).result == {"version": 1}
    new = {**FORM, "text": {"zh": "新", "en": "New"}}
    assert (await send("catalog.put_consent_form", new)).result == {"version": 2}
    async with hub.database.read(store) as session:
        forms = await consent_forms(session)
        kept = list(await session.scalars(select(ConsentFormRow.text_en).order_by(ConsentFormRow.version)))
    assert (forms["CHEM"].version, forms["CHEM"].text.en) == (2, "New")
    assert kept == ["It may sting", "New"]
    assert (await _types(hub, store)).count("catalog.consent_form_put") == 2


async def test_a_service_keeps_its_form_until_it_is_told_otherwise(hub: Hub, store: str, send: Send) -> None:
    await send("catalog.put_consent_form", FORM)
    name = {"zh": "剪发", "en": "Cut"}
    cut = {"code": "cut", "name": name, "category": name, "price_minor": 0, "phases": [{"kind": "hands_on", "minutes": 30}]}
    for given, kept in (("CHEM", "CHEM"), (None, "CHEM"), ("", None)):
        await send("catalog.put_service", {**cut, "consent_form": given})
        async with hub.database.read(store) as session:
            assert (await catalog_of(session)).by_code["cut"].consent_form == kept
