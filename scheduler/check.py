"""Whether a problem makes sense in itself: ids are unique, references exist, spans and durations are in order."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable

from scheduler.problem import Item, Phase, Problem, Span, Visit

LARGEST_TIME = 2_000_000_000
"""Times beyond this would overflow the 64-bit sums of the objective."""

LARGEST_WEIGHT = 1_000_000
"""The same for prices, weights and counts."""


class ProblemError(ValueError):
    """A problem or plan that cannot be read or contradicts itself: stable `code`, `path` of the culprit, `detail`."""

    def __init__(self, code: str, path: str, detail: str = "") -> None:
        super().__init__(f"{code} at {path or 'root'}" + (f": {detail}" if detail else ""))
        self.code = code
        self.path = path
        self.detail = detail


def check(problem: Problem) -> None:
    """Raise ProblemError with the first contradiction found; return None when there is none."""
    _need(0 <= problem.horizon <= LARGEST_TIME, "horizon_out_of_range", "horizon")
    _need(0 <= problem.now <= problem.horizon, "now_out_of_range", "now")
    _need(len(set(problem.objective)) == len(problem.objective) > 0, "objective_levels_repeat", "objective")
    _unique((t.id for t in problem.technicians), "technicians")
    _unique((p.id for p in problem.places), "places")
    _unique((v.id for v in problem.visits), "visits")
    _check_settings(problem)
    _check_technicians(problem)
    for place in problem.places:
        _need(place.clean_up >= 0 and place.earliest_free >= 0, "time_negative", f"places.{place.id}")
        _times(f"places.{place.id}", place.clean_up, place.earliest_free)
        _spans(place.closures, f"places.{place.id}.closures")
    technicians, places = {t.id for t in problem.technicians}, {p.id: p.kind for p in problem.places}
    for visit in problem.visits:
        _check_visit(visit, technicians, places)
    _check_published(problem)


def _check_settings(problem: Problem) -> None:
    s = problem.settings
    for name in ("moves_max", "frozen", "near", "change_technician", "change_place", "change_start", "wish"):
        _need(getattr(s, name) >= 0, "setting_negative", f"settings.{name}")
        _need(getattr(s, name) <= LARGEST_WEIGHT, "number_too_large", f"settings.{name}")
    _need(s.ageing >= 1, "setting_below_one", "settings.ageing")
    _need(s.lateness_ageing >= 1, "setting_below_one", "settings.lateness_ageing")


def _check_technicians(problem: Problem) -> None:
    for technician in problem.technicians:
        path = f"technicians.{technician.id}"
        _spans(technician.shifts, f"{path}.shifts")
        _spans(technician.absences, f"{path}.absences")
        shifts = sorted(technician.shifts)
        _need(all(a[1] <= b[0] for a, b in itertools.pairwise(shifts)), "shifts_overlap", f"{path}.shifts")
        _need(min(technician.earliest_free, technician.overtime_max, technician.turns_taken) >= 0, "negative", path)
        _times(path, technician.earliest_free, technician.overtime_max)
        _need(technician.turns_taken <= LARGEST_WEIGHT, "number_too_large", path)
        for rest in technician.breaks:
            _times(f"{path}.breaks", rest.earliest, rest.latest_end)
            _need(rest.earliest >= 0, "negative", f"{path}.breaks")
            _need(0 < rest.length <= rest.latest_end - rest.earliest, "break_window_too_short", f"{path}.breaks")


def _check_visit(visit: Visit, technicians: set[str], places: dict[str, str]) -> None:
    path = f"visits.{visit.id}"
    _need(bool(visit.items), "visit_without_items", path)
    _unique((item.id for item in visit.items), f"{path}.items")
    _need(visit.tier_weight >= 0 and visit.moves_so_far >= 0 and visit.release >= 0, "negative", path)
    _need(max(visit.tier_weight, visit.moves_so_far) <= LARGEST_WEIGHT, "number_too_large", path)
    _times(path, visit.release, visit.arrival.at, visit.booked_start or 0, *(visit.promised or ()))
    if visit.promised is not None:
        _spans((visit.promised,), f"{path}.promised", empty_ok=True)
    for item in visit.items:
        _check_item(item, f"{path}.items.{item.id}", technicians, places)


def _check_item(item: Item, path: str, technicians: set[str], places: dict[str, str]) -> None:
    _need(bool(item.phases), "item_without_phases", path)
    _need(set(item.request.technicians) <= technicians, "technician_unknown", f"{path}.request")
    _need(item.request.kind not in ("must", "prefers") or bool(item.request.technicians), "request_empty", path)
    for number, phase in enumerate(item.phases):
        _check_phase(phase, f"{path}.phases.{number}", technicians, places)


def _check_phase(phase: Phase, path: str, technicians: set[str], places: dict[str, str]) -> None:
    durations = (phase.duration, *phase.duration_by_level.values(), *phase.duration_by_technician.values())
    _need(all(0 <= d <= LARGEST_TIME for d in durations), "duration_out_of_range", path)
    _need(set(phase.duration_by_technician) <= technicians, "technician_unknown", f"{path}.duration_by_technician")
    _need((phase.max_gap_before or 0) >= 0, "gap_negative", path)
    _need((phase.max_gap_before or 0) <= LARGEST_TIME, "time_too_large", path)
    fixed = phase.fixed
    if fixed is None:
        return
    _times(f"{path}.fixed", fixed.start or 0, fixed.end or 0)
    _need(fixed.technician is None or fixed.technician in technicians, "technician_unknown", f"{path}.fixed")
    _need(fixed.technician is None or phase.needs_technician, "technician_not_needed", f"{path}.fixed")
    _need(fixed.place is None or places.get(fixed.place) == phase.place_kind, "place_of_other_kind", f"{path}.fixed")
    _need(fixed.end is None or (fixed.start is not None and fixed.start <= fixed.end), "fixed_end_bad", f"{path}.fixed")


def _check_published(problem: Problem) -> None:
    for row in problem.published:
        _times(f"published.{row.visit}.{row.item}.{row.phase}", row.start, row.end)
    lengths = {(v.id, i.id): len(i.phases) for v in problem.visits for i in v.items}
    visits = {v.id for v in problem.visits}
    seen = Counter((a.visit, a.item, a.phase) for a in problem.published)
    for (visit, item, phase), count in seen.items():
        path = f"published.{visit}.{item}.{phase}"
        _need(count == 1, "published_twice", path)
        # A published visit that is over or cancelled is simply no visit any more.
        _need(
            visit not in visits or (visit, item) not in lengths or 0 <= phase < lengths[visit, item],
            "phase_unknown",
            path,
        )


def _spans(spans: Iterable[Span], path: str, *, empty_ok: bool = False) -> None:
    for start, end in spans:
        _need(start < end or (empty_ok and start == end), "span_reversed", path)
        _times(path, start, end)


def _times(path: str, *times: int) -> None:
    """Times may lie before the horizon begins, where something has begun already; none may be beyond all sense."""
    _need(all(abs(time) <= LARGEST_TIME for time in times), "time_too_large", path)


def _unique(ids: Iterable[str], path: str) -> None:
    for name, count in Counter(ids).items():
        _need(count == 1, "id_repeats", f"{path}.{name}")


def _need(fine: bool, code: str, path: str) -> None:
    if not fine:
        raise ProblemError(code, path)
