"""A campaign as a table for people; the numbers for programs are `Campaign.to_json`."""

from __future__ import annotations

from functools import partial

from rich.table import Table

from hub.kernel import terminal_text
from hub.kernel.text import Language
from hub.simulation.campaign import OWN, Campaign
from hub.simulation.measures import MEASURES
from hub.simulation.statistics import Estimate

DIGITS = 1

_say = partial(terminal_text.say, "simulation")


def table(campaign: Campaign, language: Language) -> Table:
    """One row per measure, one column per policy or roster, and the paired differences against the first."""
    names = list(campaign.records)
    heads = {name: _head(campaign, name, language) for name in names}
    found = Table(title=_say(language, "simulation-title", store=campaign.store, days=campaign.days, seed=campaign.seed))
    found.add_column(_say(language, "simulation-measure"))
    for name in names:
        found.add_column(heads[name], justify="right", no_wrap=True)
    for name in names[1:]:
        heading = _say(language, "simulation-difference", policy=heads[name], base=heads[names[0]])
        found.add_column(heading, justify="right", no_wrap=True)
    if campaign.rostered is not None:
        hours = [campaign.rostered[name] for name in names]
        more = [f"{hour - hours[0]:+.{DIGITS}f}" for hour in hours[1:]]
        found.add_row(_say(language, "simulation-rostered"), *(f"{hour:.{DIGITS}f}" for hour in hours), *more)
    for measure in MEASURES:
        own = [_shown(campaign.estimate(name, measure)) for name in names]
        apart = [_shown(campaign.against(name, names[0], measure), signed=True) for name in names[1:]]
        found.add_row(_say(language, f"simulation-{measure.replace('_', '-')}"), *own, *apart)
    found.caption = _say(language, "simulation-caption")
    return found


def _head(campaign: Campaign, name: str, language: Language) -> str:
    """The policy's name, or the roster's, which is that of its file."""
    if campaign.rostered is None:
        return _say(language, f"simulation-policy-{name}")
    return _say(language, "simulation-roster-own") if name == OWN else name


def _shown(found: Estimate | None, *, signed: bool = False) -> str:
    if found is None:
        return "–"
    mean = f"{found.mean:+.{DIGITS}f}" if signed else f"{found.mean:.{DIGITS}f}"
    return mean if found.half is None else f"{mean} ± {found.half:.{DIGITS}f}"
