"""The slate as everybody sees it."""

from __future__ import annotations

from sqlalchemy import select

from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.access import ANYBODY
from tests.benchmarks.slate.events import LineChalked
from tests.benchmarks.slate.tables import LineRow


class SlateView(View):
    number: int
    text: str


async def read_slate(reading: Reading, _params: NoParams) -> SlateView:
    statement = select(LineRow.number, LineRow.text).order_by(LineRow.number.desc()).limit(1)
    line = (await reading.session.execute(statement)).one_or_none()
    return SlateView(store=head_of(reading.store), number=line.number if line else 0, text=line.text if line else "")


slate = Screen(
    name="slate",
    permission=ANYBODY,
    params=NoParams,
    view=SlateView,
    read=read_slate,
    touched_by=frozenset({LineChalked}),
    audience=lambda _actor, _params: "",
)
