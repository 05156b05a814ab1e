"""The store's technicians, places and services in the solver's words."""

from __future__ import annotations

from dataclasses import dataclass

from hub.operations.planning.problem import ANY_SKILL, EVENING_MINUTES
from hub.simulation.store_file import PhaseFile, ServiceFile, StoreFile
from scheduler import Break, Phase, Place, Technician


@dataclass(frozen=True, slots=True)
class Ground:
    """What is the same on every simulated day; minute 0 is midnight."""

    store: StoreFile
    technicians: tuple[Technician, ...]
    places: tuple[Place, ...]
    pace: dict[str, float]
    horizon: int

    @property
    def shift_minutes(self) -> int:
        """Minutes of all shifts without the breaks."""
        shifts = sum(end - start for t in self.technicians for start, end in t.shifts)
        return shifts - sum(rest.length for t in self.technicians for rest in t.breaks)

    def visits_a_day(self) -> float:
        """Visits that are asked for; a load counts the minutes in which a technician is needed."""
        demand = self.store.demand
        if demand.visits is not None:
            return demand.visits
        total = sum(service.demand for service in self.store.services)
        mean = sum(service.demand / total * hands_on(service) for service in self.store.services)
        return (demand.load or 0.0) * self.shift_minutes / (mean * (1 + self.store.shares.several_services))


def hands_on(service: ServiceFile) -> int:
    """Minutes in which a technician is needed."""
    return sum(phase.minutes for phase in service.phases if phase.kind != "processing")


def lay_out(store: StoreFile) -> Ground:
    """Name everybody and every place."""
    technicians: list[Technician] = []
    pace: dict[str, float] = {}
    for entry in store.technicians:
        for name in entry.names:
            rest = entry.rest
            pace[name] = entry.pace
            technicians.append(
                Technician(
                    id=name,
                    skills={**entry.skills, ANY_SKILL: 5},
                    shifts=((entry.begins, entry.ends),),
                    breaks=(Break(rest.minutes, rest.earliest, rest.latest_end),) if rest else (),
                    overtime_max=store.overtime_minutes,
                    turn_rank=len(technicians),
                    tags=(entry.gender,) if entry.gender else (),
                )
            )
    places = [
        Place(id=f"{entry.kind}-{number}", kind=entry.kind, clean_up=entry.clean_up)
        for entry in store.places
        for number in range(1, entry.count + 1)
    ]
    horizon = max(store.closes, *(entry.ends for entry in store.technicians)) + EVENING_MINUTES
    return Ground(store, tuple(technicians), tuple(places), pace, horizon)


def phase_of(phase: PhaseFile) -> Phase:
    """A phase that nothing is settled about."""
    return Phase(
        kind=phase.kind,
        duration=phase.minutes,
        place_kind=phase.place,
        skill=None if phase.kind == "processing" else phase.skill or ANY_SKILL,
        min_level=phase.level,
    )
