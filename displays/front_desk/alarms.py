"""Open alarms among what needs a hand, for those who handle them; by the rule, never a person, who is named at /alarms."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from displays.front_desk.models import Attention
from displays.security.looking import may
from hub.backoffice.alarms.queries import open_alarms
from hub.backoffice.alarms.rules import RULES
from hub.backoffice.security.ports import wording
from hub.gateway.screens import Reading
from hub.kernel.text import Bilingual, Language, Said

HANDLES = "alarms.handle"


async def alarms(reading: Reading) -> list[Attention]:
    """Newest first; empty for whoever may not see them."""
    if not may(reading, HANDLES):
        return []
    say = partial(wording(reading.ports), store_id=reading.store.id)
    return [
        Attention(
            id=f"alarm:{alarm.id}",
            kind="alarm",
            severity="urgent" if alarm.rule in RULES and RULES[alarm.rule].is_urgent else "warning",
            at=alarm.at,
            said=Said(code="attention-alarm", params={"rule": _name(alarm.rule, say)}),
            booking_id=None,
            technician_id=None,
            place_id=None,
            mend=[],
        )
        for alarm in await open_alarms(reading.session)
    ]


def _name(rule: str, say: Callable[[Language, str], str | None]) -> Bilingual:
    text = f"alarms-rule-{rule}"
    return Bilingual(zh=say("zh", text) or rule, en=say("en", text) or rule)
