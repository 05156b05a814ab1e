"""Why not with her, at that time, on that chair: the reason, and what it would cost everybody."""

from __future__ import annotations

from pydantic import AwareDatetime

from displays.front_desk.ways import Way, way_of
from displays.reasons import told
from displays.security.looking import NAMES, may, roles_of
from displays.touching import FLOOR_FACTS
from hub.gateway.screens import Params, Reading, Screen, Thinking, View, head_of
from hub.kernel.errors import NOT_FOUND
from hub.kernel.ids import Id
from hub.kernel.text import Said
from hub.operations.planning.queries import ask_why_not, live_day
from hub.operations.planning.rules import NOT_PLANNED
from hub.operations.planning.what_if import Moved


class WhyNotParams(Params):
    """A service that has not begun, and where somebody would like to have it; what is left out is free."""

    item_id: Id
    technician_id: Id | None = None
    place_id: Id | None = None
    start: AwareDatetime | None = None


class WhyNotView(View):
    cause: Said | None
    """The rule in the way, or whom its present place helps; None where nothing speaks against it."""
    possible: bool
    as_good: bool
    """Nobody would lose anything by it."""
    way: Way | None
    """The best day with it: `planning.accept_proposal` takes its id."""


async def read(reading: Reading, params: WhyNotParams) -> Thinking[WhyNotView]:
    wanted = Moved(params.item_id, params.technician_id, params.place_id, params.start)
    think = await ask_why_not(reading.session, reading.store, reading.now, reading.ports, wanted)
    today = reading.store.days.of(reading.now)
    day = await live_day(reading.session, reading.store, reading.vault, reading.now, today)
    reads_names = may(reading, NAMES)

    async def finish() -> WhyNotView:
        found = await think()
        possible = found.proposal.refused is None
        return WhyNotView(
            store=head_of(reading.store),
            cause=told(day, found.cause, reads_names=reads_names) if found.cause else None,
            possible=possible,
            as_good=found.as_good,
            way=way_of(day, found.proposal, reads_names=reads_names) if possible else None,
        )

    return Thinking(finish)


screen = Screen(
    name="desk-why-not",
    permission="floor.direct",
    params=WhyNotParams,
    view=WhyNotView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: f"{params.model_dump_json()}:{roles_of(actor)}",
    thinks=True,
    errors=(NOT_FOUND, NOT_PLANNED),
)
