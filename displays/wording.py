"""Every text of the product in both languages, and what the store says instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hub.catalog.events import WordingDropped, WordingPut
from hub.catalog.queries import own_texts
from hub.catalog.wording import OwnText, fault_of, filling_of
from hub.gateway.screens import Params, Reading, Screen, View, head_of
from hub.kernel.errors import Refused
from hub.kernel.product_texts import LANGUAGES, ProductText, product_texts
from hub.kernel.text import Language, Said

GROUPS = (
    *("kiosk", "waiting-room", "book", "visit", "my-visits", "waitlist", "consultation", "signature", "messages"),
    *("desk", "technician", "floor", "planning", "what-if", "customer-file"),
    *("shell", "errors", "pages", "security", "catalog", "wording", "team", "lengths", "look-back"),
    *("roles", "privacy", "copy", "alarms", "audit", "backups", "read-only"),
)
"""Customers' screens first. A file `errors-…` belongs to `errors`."""

GONE = "gone"
"""The group of own texts whose product text a release has taken away."""

LINES = 50
LINES_MAX = 5_000


class WordingParams(Params):
    """`q`: words that all have to occur in the id or in a text, of either language. `group`: one of the groups; empty: all."""

    q: Annotated[str, StringConstraints(max_length=100)] = ""
    group: Annotated[str, StringConstraints(max_length=40)] = ""
    changed: bool = False
    """Only what the store words itself."""
    lines: Annotated[int, Field(ge=1, le=LINES_MAX)] = LINES


class Piece(BaseModel):
    model_config = ConfigDict(frozen=True)


class Words(Piece):
    """A text in one language, in Fluent's syntax. `product` is None where this release has no such text any more."""

    product: str | None
    own: str | None
    """The store's own; None: it says what the product says."""
    fault: Said | None
    """Why the own text is left out: the product's has changed since."""


class WordingLine(Piece):
    id: str
    group: str
    zh: Words
    en: Words
    offered: list[str]
    """What may stand in braces."""
    variables: list[str]
    """What each text has to fill in."""


class WordingGroup(Piece):
    """`texts`: how many there are; `changed`: how many of them the store says in its own words."""

    name: str
    texts: int
    changed: int


class WordingView(View):
    groups: list[WordingGroup]
    lines: list[WordingLine]
    """The first of what was found."""
    found: int
    changed: int
    """Own texts of all groups, those that are left out included."""
    left_out: int
    """Own texts that no longer fit the product's."""


Own = Mapping[tuple[str, Language], tuple[OwnText, Refused | None]]
"""What the store says, with why that can no longer be shown."""


async def read(reading: Reading, params: WordingParams) -> WordingView:
    texts = await own_texts(reading.session)
    own: Own = {(each.id, each.language): (each, fault_of(each)) for each in texts}
    changed = {each.id for each in texts}
    known = product_texts()
    asked = params.q.casefold().split()
    ids = [*_ordered(known.values()), *sorted(changed - known.keys())]
    found = [
        name
        for name in ids
        if (not params.changed or name in changed)
        and params.group in ("", _group_of(name))
        and all(word in _searched(name, own) for word in asked)
    ]
    lines = [_line(name, own) for name in found[: params.lines]]
    return WordingView(
        store=head_of(reading.store),
        groups=_groups(ids, changed),
        lines=lines,
        found=len(found),
        changed=len(changed),
        left_out=sum(fault is not None for _, fault in own.values()),
    )


def _ordered(texts: Iterable[ProductText]) -> list[str]:
    """As the groups follow each other, and within them as the files do."""
    return [text.id for text in sorted(texts, key=lambda text: GROUPS.index(_group_of(text.id)))]


def _group_of(message_id: str) -> str:
    text = product_texts().get(message_id)
    if text is None:
        return GONE
    return "errors" if text.file.startswith("errors") else text.file


def _searched(message_id: str, own: Own) -> str:
    text = product_texts().get(message_id)
    words = [own[message_id, language][0].text for language in LANGUAGES if (message_id, language) in own]
    return "\n".join([message_id, *words, *((text.zh, text.en) if text is not None else ())]).casefold()


def _groups(ids: Iterable[str], changed: set[str]) -> list[WordingGroup]:
    held: dict[str, list[str]] = {}
    for name in ids:
        held.setdefault(_group_of(name), []).append(name)
    return [WordingGroup(name=name, texts=len(of), changed=len(changed.intersection(of))) for name, of in held.items()]


def _line(message_id: str, own: Own) -> WordingLine:
    text = product_texts().get(message_id)
    filling = filling_of(text) if text is not None else None
    return WordingLine(
        id=message_id,
        group=_group_of(message_id),
        zh=_words(text, own.get((message_id, "zh")), "zh"),
        en=_words(text, own.get((message_id, "en")), "en"),
        offered=list(filling.offered) if filling else [],
        variables=sorted(filling.variables) if filling else [],
    )


def _words(text: ProductText | None, kept: tuple[OwnText, Refused | None] | None, language: Language) -> Words:
    own, fault = kept or (None, None)
    return Words(
        product=text.pattern(language) if text is not None else None,
        own=own.text if own is not None else None,
        fault=Said(code=f"error-{fault.kind.code.replace('_', '-')}", params=fault.params) if fault is not None else None,
    )


screen = Screen(
    name="wording",
    permission="catalog.edit",
    params=WordingParams,
    view=WordingView,
    read=read,
    touched_by=frozenset({WordingPut, WordingDropped}),
    audience=lambda actor, params: f"{params.q}\0{params.group}\0{params.changed}\0{params.lines}",
)
