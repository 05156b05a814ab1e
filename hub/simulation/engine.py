"""A day event by event: customers come or do not, services take their true time, the policy plans, the floor follows it.

The floor works in the plan's order and without needless idling: a technician whose next customer is there, with the next
place clean, begins, be it before the planned minute. That holds for all policies alike.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace

from hub.operations.planning.rules import WORTH_TELLING
from hub.operations.visits.rules import NO_SHOW_AFTER
from hub.simulation.book import Day
from hub.simulation.customers import Customer, ItemPhase
from hub.simulation.floor import Floor, Run, Stay
from hub.simulation.ground import Ground
from hub.simulation.policies import Policy
from hub.simulation.promising import delays, promise
from scheduler import Assignment, Plan
from scheduler.board import Board
from scheduler.fit import Ask
from scheduler.insertion import Inserter

NO_SHOW_MINUTES = int(NO_SHOW_AFTER.total_seconds() // 60)
TELL_MINUTES = int(WORTH_TELLING.total_seconds() // 60)

SAYS_LATE_AHEAD = 10
"""Minutes before the booked time at which those call who know that they will be late."""

LATE_MINUTES = 5
"""Nobody calls for less."""

LATEST = 36 * 60
"""A day that goes on so long has lost somebody."""

Event = tuple[int, int, str, str, ItemPhase | None]
"""Minute, running number, what, whom, which phase. Ends come before arrivals of the same minute."""


class EndlessDayError(RuntimeError):
    """Work of a day that goes on far into the next: the store's services or clean-up take too long for its day."""

    def __init__(self) -> None:
        self.hour = LATEST // 60
        super().__init__(f"work goes on after {self.hour}:00")


_FIRST = {"end": 0, "cancel": 1, "late": 2, "no_show": 3, "arrive": 4, "look": 5}


class Play:
    """One day under one policy."""

    def __init__(self, ground: Ground, day: Day, policy: Policy) -> None:
        self.ground = ground
        self.day = day
        self.policy = policy
        self.floor = Floor.at_opening(ground, day)
        self._events: list[Event] = []
        self._looks: set[int] = set()
        self._walk_ins = {c.id: c for c in day.customers if c.walk_in}
        self._clean_up = {p.id: p.clean_up for p in ground.places}
        for customer in day.customers:
            self._expect(customer)

    def run(self) -> Floor:
        """Play to the end; the floor then holds what became of everybody."""
        floor = self.floor
        self._promise_all()
        self._adopt(self.policy.plan(floor))
        self._look_ahead()
        while self._events:
            floor.now = self._events[0][0]
            if floor.now > LATEST:
                raise EndlessDayError
            disturbed = False
            while self._events and self._events[0][0] == floor.now:
                _, _, what, whom, phase = heapq.heappop(self._events)
                disturbed |= self._happen(what, whom, phase)
            if disturbed or any(row.start < floor.now for row in floor.rows.values()):
                self._adopt(self.policy.plan(floor))
            self._begin_what_can()
            self._look_ahead()
        for stay in floor.stays.values():
            if stay.open or stay.state == "missing":
                stay.state = "turned_away" if stay.arrived is not None else "no_show"
        return floor

    def _push(self, at: int, what: str, whom: str = "", phase: ItemPhase | None = None) -> None:
        heapq.heappush(self._events, (at, _FIRST[what], what, whom, phase))

    def _expect(self, customer: Customer) -> None:
        cancels = customer.cancels_at(self.ground.store.opens)
        if cancels is not None:
            self._push(cancels, "cancel", customer.id)
            return
        arrives, booked = customer.arrives, customer.booked
        if arrives is not None:
            self._push(max(arrives, self.floor.now), "arrive", customer.id)
        if booked is None:
            return
        self._push(booked + NO_SHOW_MINUTES, "no_show", customer.id)
        if arrives is not None and customer.says_late and arrives > booked + LATE_MINUTES:
            self._push(max(self.floor.now, booked - SAYS_LATE_AHEAD), "late", customer.id)

    def _promise_all(self) -> None:
        known = delays(self.floor)
        for stay in self.floor.stays.values():
            own = [row for row in self.floor.rows.values() if row.visit == stay.customer.id]
            stay.promise = promise(known, min(own, key=lambda row: row.start))
            self._tell(stay, own)

    def _tell(self, stay: Stay, rows: list[Assignment]) -> None:
        firsts = {row.item: (row.start, row.technician) for row in sorted(rows, key=lambda r: -r.phase)}
        stay.told = {**stay.told, **firsts}

    def _happen(self, what: str, whom: str, phase: ItemPhase | None) -> bool:
        """Whether the plan has to be looked at."""
        if what == "look":
            return any(run.expected == self.floor.now < run.ends for _, _, run in self.floor.running())
        if what == "end" and phase is not None:
            return self._end(self.floor.stays[whom], phase)
        if what == "arrive":
            return self._arrive(whom)
        stay = self.floor.stays[whom]
        if what == "late":
            stay.late_until = stay.customer.arrives
            return True
        if what == "no_show" and (stay.state != "expected" or (stay.late_until or 0) > self.floor.now):
            return False
        stay.state = "cancelled" if what == "cancel" else "missing"
        self._drop_rows(whom)
        return True

    def _drop_rows(self, whom: str) -> None:
        self.floor.rows = {key: row for key, row in self.floor.rows.items() if key[0] != whom}

    def _arrive(self, whom: str) -> bool:
        floor = self.floor
        stay = floor.stays.get(whom)
        if stay is None:
            stay = floor.stays[whom] = Stay(self._walk_ins[whom])
        planned = stay.state == "expected" and any(key[0] == whom for key in floor.rows)
        late = floor.now > (stay.customer.booked or 0)
        stay.state, stay.arrived = "here", floor.now
        return late if planned else self._seat(stay)

    def _seat(self, stay: Stay) -> bool:
        """Room beside everything planned, if there is any that the customer waits for."""
        floor, customer = self.floor, stay.customer
        problem = floor.problem()
        people = tuple(replace(t, overtime_max=0) for t in problem.technicians)
        board = Board(replace(problem, technicians=people))
        for visit in problem.visits:
            own = [row for row in problem.published if row.visit == visit.id]
            if own:
                board.put(visit, [*board.rows.get(visit.id, ()), *own])
        rows = Inserter(board).place_visit(floor.visit(stay), Ask(not_before=floor.now))
        if rows is None or min(row.start for row in rows) - floor.now > customer.patience:
            stay.state = "turned_away"
            return False
        first = min(rows, key=lambda row: row.start)
        if stay.promise is None:
            stay.promise = promise(delays(floor), first)
        floor.rows |= {(row.visit, row.item, row.phase): row for row in rows}
        self._tell(stay, list(rows))
        return True

    def _end(self, stay: Stay, key: ItemPhase) -> bool:
        run = stay.runs[key]
        run.over = True
        item = next(item for item in stay.customer.items if item.id == key[0])
        following = self.floor.rows.get((stay.customer.id, key[0], key[1] + 1))
        if run.place is not None and (following is None or following.place != run.place):
            self.floor.clean_at[run.place] = self.floor.now + self._clean_up[run.place]
            self._look_at(self.floor.clean_at[run.place])
        if all(stay.done(i) for i in stay.customer.items):
            stay.state = "served"
        return stay.done(item) and run.ends != run.expected

    def _adopt(self, plan: Plan) -> None:
        floor = self.floor
        begun = {(s.customer.id, *key) for s in floor.stays.values() for key in s.runs}
        rows = {(r.visit, r.item, r.phase): r for r in plan.assignments if (r.visit, r.item, r.phase) not in begun}
        floor.rows = rows
        floor.breaks = {}
        for rest in plan.breaks:
            left = [n for n in range(9) if (rest.technician, n) not in floor.rested]
            index = left[rest.index]
            floor.breaks[rest.technician, index] = replace(rest, index=index)
            self._look_at(rest.start)
        if self.policy.tells:
            self._count_changes()

    def _count_changes(self) -> None:
        """Who is told of another time or technician; those who are late themselves know."""
        by_visit: dict[str, list[Assignment]] = {}
        for row in self.floor.rows.values():
            by_visit.setdefault(row.visit, []).append(row)
        for name, rows in by_visit.items():
            stay = self.floor.stays[name]
            if self.floor.arrival(stay).kind == "expected_late":
                continue
            firsts = [row for row in rows if row.phase == 0 and row.item in stay.told]
            moved = [
                row
                for row in firsts
                if abs(row.start - stay.told[row.item][0]) >= TELL_MINUTES or row.technician != stay.told[row.item][1]
            ]
            if moved:
                stay.changes += 1
                self._tell(stay, moved)

    def _look_at(self, moment: int) -> None:
        if moment > self.floor.now and moment not in self._looks:
            self._looks.add(moment)
            self._push(moment, "look")

    def _look_ahead(self) -> None:
        """Come back a minute after the next planned start: if it has not begun, the plan is behind."""
        if self.floor.rows:
            self._look_at(max(self.floor.now, min(row.start for row in self.floor.rows.values())) + 1)

    def _begin_what_can(self) -> None:
        while any(self._begin(row) for row in self._next_rows()):
            pass
        for key, rest in list(self.floor.breaks.items()):
            if rest.start <= self.floor.now and self._idle(rest.technician):
                length = rest.end - rest.start
                self.floor.rested[key] = (self.floor.now, self.floor.now + length)
                del self.floor.breaks[key]
                self._look_at(self.floor.now + length)

    def _next_rows(self) -> Iterator[Assignment]:
        """Work whose customer, technician and place have nothing before it, as it stands now."""
        floor = self.floor
        lanes: set[str] = set()
        rest_first = {rest.technician: rest.start for rest in floor.breaks.values()}
        found = []
        for row in sorted(floor.rows.values(), key=lambda r: (r.start, r.end, r.visit, r.item, r.phase)):
            own = {f"v {row.visit}", f"t {row.technician}", f"p {row.place}"} - {"t None", "p None"}
            if not own & lanes and rest_first.get(row.technician or "", row.start) >= row.start:
                found.append(row)
            lanes |= own
        yield from found

    def _idle(self, technician: str) -> bool:
        now = self.floor.now
        resting = any(name == technician and begins <= now < ends for (name, _), (begins, ends) in self.floor.rested.items())
        return not resting and not any(run.technician == technician for _, _, run in self.floor.running())

    def _begin(self, row: Assignment) -> bool:
        """Begin the row if its customer, technician and place are free now."""
        floor, stay = self.floor, self.floor.stays[row.visit]
        key = row.item, row.phase
        if stay.state != "here" or stay.busy is not None or (row.phase and (row.item, row.phase - 1) not in stay.runs):
            return False
        middle = any(stay.under_way(item) for item in stay.customer.items if item.id != row.item)
        if middle or (row.technician is not None and not self._at_work(row.technician)) or not self._place_free(row):
            return False
        item = next(item for item in stay.customer.items if item.id == row.item)
        planned = item.phases[row.phase].duration
        pace = self.ground.pace[row.technician] if row.technician is not None else 1.0
        true = max(1, round(planned * pace * stay.customer.factors[key]))
        stay.runs[key] = Run(row.technician, row.place, floor.now, floor.now + planned, floor.now + true)
        del floor.rows[row.visit, row.item, row.phase]
        self._push(floor.now + true, "end", row.visit, key)
        self._look_at(floor.now + planned)
        return True

    def _at_work(self, technician: str) -> bool:
        person = next(t for t in self.ground.technicians if t.id == technician)
        begins = person.shifts[0][0]
        self._look_at(begins)
        return self.floor.now >= begins and self._idle(technician)

    def _place_free(self, row: Assignment) -> bool:
        """Clean, and nobody else's: between two phases of a service its place is kept."""
        floor = self.floor
        if row.place is None:
            return True
        for stay in floor.stays.values():
            if stay.state == "here" and stay.customer.id != row.visit and self._holds(stay, row.place):
                return False
        held = row.phase > 0 and floor.stays[row.visit].runs[row.item, row.phase - 1].place == row.place
        return held or floor.clean_at.get(row.place, 0) <= floor.now

    def _holds(self, stay: Stay, place: str) -> bool:
        for item in stay.customer.items:
            if stay.under_way(item):
                last = max(n for (name, n) in stay.runs if name == item.id)
                run = stay.runs[item.id, last]
                following = self.floor.rows.get((stay.customer.id, item.id, last + 1))
                if run.place == place and (not run.over or (following is not None and following.place == place)):
                    return True
        return False
