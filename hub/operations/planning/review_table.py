"""A review as a table and sentences for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rich.table import Table

from hub.kernel import terminal_text
from hub.kernel.text import Language
from hub.operations.planning.review import Measures, Review, least_of
from scheduler import Level

say = partial(terminal_text.say, "review")
"""A text of `review.ftl`, in a language."""


def table(found: Review, language: Language) -> Table:
    """One row per measure: what happened, the best plan that was found, and what is proven to be the least."""
    made = Table(title=say(language, "review-title", day=found.day.isoformat()))
    made.add_column(say(language, "review-measure"))
    for head in ("happened", "best", "least"):
        made.add_column(say(language, f"review-{head}"), justify="right", no_wrap=True)
    happened, best = _cells(found.happened), _cells(found.best)
    least = _least(found)
    for name, cell in happened.items():
        made.add_row(say(language, f"review-{name}"), cell, best[name], least.get(name, "–"))
    return made


def _cells(of: Measures) -> dict[str, str]:
    return {
        "served": f"{of.served}/{of.came}",
        "kept": f"{of.kept}/{of.windows}",
        "late-total": str(of.late_total),
        "late-mean": f"{of.late_mean:.1f}",
        "late-longest": str(of.late_longest),
        "waiting-total": str(of.waiting_total),
        "waiting-mean": f"{of.waiting_mean:.1f}",
        "waiting-longest": str(of.waiting_longest),
        "wishes-unmet": str(of.wishes_unmet),
        "overtime": str(of.overtime),
    }


def _least(found: Review) -> dict[str, str]:
    proven, came = least_of(found), found.happened.came
    cells = {"late-total": proven.get("promise_lateness"), "waiting-total": proven.get("waiting")}
    told = {name: str(least) for name, least in cells.items() if least is not None}
    return told | ({"served": f"{came - proven['unserved']}/{came}"} if "unserved" in proven else {})


def sentences(found: Review, language: Language) -> Iterator[str]:
    """What the table says, in words: who came, what was lost, and how much of it nobody could have avoided."""
    happened, best = found.happened, found.best
    yield say(language, "review-who", came=happened.came, walk_ins=found.walk_ins, stayed_away=found.stayed_away)
    lost: tuple[tuple[str, Level, int, int], ...] = (
        ("late", "promise_lateness", happened.late_total, best.late_total),
        ("waited", "waiting", happened.waiting_total, best.waiting_total),
    )
    for name, level, minutes, least_found in lost:
        if minutes == 0:
            yield say(language, f"review-{name}-nothing")
            continue
        least = least_of(found).get(level)
        known = "none" if least is None else str(min(least, minutes))
        yield say(language, f"review-{name}", minutes=minutes, best=least_found, least=known)
    if found.broken:
        yield say(language, "review-broken", rules=", ".join(found.broken))
    yield say(language, "review-proven" if found.optimal else "review-open", seconds=round(found.seconds, 1))
