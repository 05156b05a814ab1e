"""How each field of free text gets its payload: through the door, by whoever fills it in on a working day.

A command's data names its payloads by `...`; what is typed where only a number, an address or a choice is taken has to be
refused.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson

from hub.backoffice.alarms.commands import Raise
from hub.backoffice.alarms.queries import open_alarms
from hub.backoffice.security.queries import accounts, devices
from hub.kernel.access import Actor, system
from hub.kernel.errors import Refused
from hub.operations.bookings.queries import link_of
from tests.drills.fields import is_field, paths_of
from tests.drills.payloads import payload
from tests.e2e.conftest import Salon

REFUSALS = frozenset({"invalid", "invalid_phone", "invalid_address", "wording_unreadable"})
NOT_TOURED: Mapping[str, str] = {
    r"*:password": "kept as a slow hash only; no screen shows it",
    r"*:source": "a network address, counted under an HMAC and never kept",
    r"*:token": "a secret that is looked up by its hash; a wrong one opens nothing",
    r"*:step": "the secret of a half sign-in, looked up by its hash",
    r"*:hold_token": "a secret that is compared",
    r"kiosk.answer:step_token": "a number that is compared; another one changes nothing",
    r"security.confirm_second_factor:code": "digits that are compared and never kept",
    r"security.make_recovery_codes:code": "digits that are compared and never kept",
    r"security.prove_second_factor:code": "digits that are compared and never kept",
    r"security.remove_second_factor:code": "digits that are compared and never kept",
    r"planning.undo:undo_command_id": "an id that is looked up; another one undoes nothing",
    r"catalog.put_service:consent_form": "a form's code that is looked up; another one is refused",
    r"forms.sign:form": "a form's code that is looked up; another one is refused",
    r"forms.waive:form": "a form's code that is looked up; another one is refused",
    r"kiosk.answer:input.form": "a form's code that is looked up; another one is refused",
    r"security.add_first_passkey:name": "needs an authenticator: tests/e2e/test_passkeys.py types a payload",
    r"security.add_passkey:name": "needs an authenticator: tests/e2e/test_passkeys.py types a payload",
    r"security.rename_passkey:name": "needs an authenticator: tests/e2e/test_passkeys.py types a payload",
}
"""Fields that the tour leaves out, and why; `*` for every command. All others have to get their payload."""


def is_excused(name: str) -> bool:
    return name in NOT_TOURED or f"*:{name.rpartition(':')[2].rpartition('.')[2]}" in NOT_TOURED


@dataclass(slots=True)
class Scene:
    """A salon while its fields are filled with one kind of payload."""

    salon: Salon
    kind: str
    fields: Mapping[str, int | None]
    given: set[str] = field(default_factory=set)
    """Fields whose payload was taken in."""
    refused: set[str] = field(default_factory=set)
    """Fields that do not take payloads."""
    made: dict[str, str] = field(default_factory=dict)
    """Ids and paths that the screens' addresses need."""

    @property
    def manager(self) -> Actor:
        return self.salon.actor

    def text(self, name: str) -> str:
        """The payload of a field, the same each time."""
        return payload(self.kind, list(self.fields).index(name), self.fields[name])

    async def give(self, command: str, /, actor: Actor | None = None, **data: Any) -> dict[str, Any]:
        """Send it with payloads; the door has to take them."""
        filled = self._filled(command, data)
        try:
            answered = await self.salon.hub.door.send(command, filled, actor or self.manager, uuid.uuid4().hex)
        except Refused as refusal:
            refusal.add_note(f"{command}: {refusal.params}")
            raise
        texts = {self.text(name) for name in self.fields}
        self.given |= {
            name
            for name in self.fields
            if name.startswith(f"{command}:")
            and any(value in texts and is_field(path, name.partition(":")[2]) for path, value in paths_of(filled))
        }
        return answered.result

    async def offer(self, command: str, /, actor: Actor | None = None, **data: Any) -> None:
        """Send it with one payload, which the door may refuse for what it is: a field that takes no such text."""
        [name] = [
            name
            for name in self.fields
            if name.startswith(f"{command}:")
            and any(v is ... and is_field(p, name.partition(":")[2]) for p, v in paths_of(data))
        ]
        try:
            await self.give(command, actor, **data)
        except Refused as refusal:
            if refusal.kind.code not in REFUSALS:
                raise
            self.refused.add(name)

    def _filled(self, command: str, data: Mapping[str, Any]) -> dict[str, Any]:
        def fill(value: Any, path: str) -> Any:
            if isinstance(value, Mapping):
                return {name: fill(each, f"{path}.{name}" if path else name) for name, each in value.items()}
            if isinstance(value, list):
                return [fill(each, f"{path}[]") for each in value]
            return self._payload_at(command, path) if value is ... else value

        return {name: fill(value, name) for name, value in data.items()}

    def _payload_at(self, command: str, path: str) -> str:
        return next(
            self.text(name) for name in self.fields if name.startswith(f"{command}:") and is_field(path, name.partition(":")[2])
        )


BOTH = {"zh": ..., "en": ...}


async def fill(scene: Scene) -> None:
    """Everything, in the order in which one thing needs another."""
    for part in (_house, _book, _list_and_queue, _by_oneself, _kiosk, _directing, _office, _privacy, _another_system):
        await part(scene)


async def _house(scene: Scene) -> None:
    await scene.give("catalog.put_skill", code=..., name=BOTH)
    await scene.give("catalog.put_place_kind", code=..., name=BOTH, clean_minutes=0, ordinal=90)
    kind, skill = scene.text("catalog.put_place_kind:code"), scene.text("catalog.put_skill:code")
    phase = {"kind": "hands_on", "minutes": 20, "place_kind": kind, "skill": skill}
    service = await scene.give(
        "catalog.put_service", code=..., name=BOTH, category=BOTH, price_minor=100, ordinal=0, phases=[phase]
    )
    await scene.give("catalog.put_consent_form", code=..., name=BOTH, text=BOTH)
    await scene.give("catalog.set_house_rules", waiting_area=BOTH)
    await scene.offer("catalog.put_wording", language="en", message_id="home-me-for", text=...)
    place = await scene.give("stations.put_place", code=..., kind=kind, name=BOTH, ordinal=0)
    spare = {"code": "spare", "kind": kind, "name": {"zh": "备用", "en": "Spare"}, "ordinal": 90}
    closed = await scene.salon.send("stations.put_place", **spare)
    await scene.give("stations.close_place", place_id=closed["place_id"], reason=...)
    person = {"gender": "woman", "skills": {skill: 3}, "ordinal": 0}
    technician = await scene.give("team.put_technician", code=..., name=BOTH, **person)
    await scene.offer("team.put_technician", code="X9", name={"zh": "甲", "en": "A"}, phone=..., **person)
    zone = scene.salon.hub.clock.now() + timedelta(hours=8)
    for day in range(3):
        date = (zone + timedelta(days=day)).date().isoformat()
        shift = {"technician_id": technician["technician_id"], "date": date, "start": "10:00", "end": "22:00"}
        await scene.salon.send("team.put_shift", **shift)
    await scene.give("catalog.close_day", date=(zone + timedelta(days=20)).date().isoformat(), name=BOTH)
    scene.made |= {"service": service["service_id"], "place": place["place_id"], "technician": technician["technician_id"]}


def _wish(scene: Scene) -> list[dict[str, str]]:
    return [{"service_id": scene.made["service"]}]


def _start(scene: Scene, hours: float) -> str:
    now = scene.salon.hub.clock.now().replace(minute=0, second=0, microsecond=0)
    return (now + timedelta(hours=hours)).isoformat()


async def _book(scene: Scene) -> None:
    known = await scene.give("bookings.put_customer", natural_key=..., name=..., note=..., allergy=..., title="ms")
    await scene.offer("bookings.put_customer", name="N", phone=...)
    booked = {"services": _wish(scene), "note": "", "source": "desk"}
    first = await scene.give("bookings.book", **booked | {"note": ..., "start": _start(scene, 1), "customer": {"name": ...}})
    await scene.salon.send("bookings.book", **booked, start=_start(scene, 2), customer_id=known["customer_id"])
    for wrong in ("phone", "email"):
        await scene.offer("bookings.book", **booked, start=_start(scene, 3), customer={"name": "N", wrong: ...})
    async with scene.salon.hub.database.read(scene.salon.hub.store_id) as session:
        link = await link_of(session, scene.salon.hub.vault, first["booking_id"])
    scene.made |= {"customer": known["customer_id"], "booking": first["booking_id"], "visit": f"/v/{link}"}
    await scene.salon.send("visits.check_in", booking_id=first["booking_id"])
    await scene.give("visits.record_consultation", booking_id=first["booking_id"], preferences=..., note=...)
    await scene.give("visits.note_allergy", booking_id=first["booking_id"], allergy=..., agreed=True)


async def _list_and_queue(scene: Scene) -> None:
    today = (scene.salon.hub.clock.now() + timedelta(hours=8)).date().isoformat()
    wanted = {"services": _wish(scene), "date_from": today, "date_to": today}
    await scene.give("waitlist.add", **wanted, customer={"name": ..., "phone": "13800138001"})
    for wrong in ("phone", "email"):
        await scene.offer("waitlist.add", **wanted, customer={"name": "N", wrong: ...})
    waiting = await scene.give("waitlist.join", **wanted, name=..., phone="13800138002", consent=True)
    await scene.offer("waitlist.join", **wanted, name="N", phone=..., consent=True)
    await scene.give("visits.walk_in", services=_wish(scene), customer={"name": ...})
    await scene.offer("visits.walk_in", services=_wish(scene), customer={"name": "N", "phone": ...})
    scene.made["waiting"] = f"/w/{waiting['link']}"


async def _by_oneself(scene: Scene) -> None:
    stranger = Actor("anonymous", "anonymous", scene.salon.hub.store_id, frozenset({"anonymous"}))
    held = await scene.salon.hub.door.send(
        "bookings.hold_slot", {"services": _wish(scene), "start": _start(scene, 25)}, stranger, uuid.uuid4().hex
    )
    hold = {"booking_id": held.result["booking_id"], "hold_token": held.result["hold_token"], "consent": True}
    await scene.offer("bookings.confirm_hold", stranger, **hold, name="N", phone=...)
    await scene.offer("bookings.confirm_hold", stranger, **hold, name="N", phone="13800138003", email=...)
    confirmed = await scene.give("bookings.confirm_hold", stranger, **hold, name=..., phone="13800138003", note=...)
    scene.made["own_visit"] = f"/v/{confirmed['link']}"
    member = Actor("customer", scene.made["customer"], scene.salon.hub.store_id, frozenset({"member"}))
    await scene.give("security.put_own_profile", member, name=..., note=...)
    for wrong in ("phone", "email"):
        await scene.offer("security.ask_own_contact", member, **{wrong: ...})
    entrance = system(scene.salon.hub.store_id, "entrance")
    for wrong in ("phone", "email"):
        await scene.offer("security.ask_code", entrance, source="x", **{wrong: ...})


async def _kiosk(scene: Scene) -> None:
    hub = scene.salon.hub
    entrance = system(hub.store_id, "entrance")
    link = await scene.give("security.make_link", entrance, screen="kiosk", to="/kiosk", device_kind="kiosk", device_name=...)
    scene.made["kiosk"] = link["path"]
    kiosk = Actor("device", uuid.uuid4().hex, hub.store_id, frozenset({"kiosk"}), uuid.uuid4().hex)

    async def answer(**given: Any) -> None:
        viewer = hub.viewer
        async with viewer.moment(hub.store_id) as moment:
            shown = await viewer.show(viewer.asked(viewer.screen("kiosk"), {}, kiosk), moment)
        token = orjson.loads(shown.view)["step_token"]
        await scene.give("kiosk.answer", kiosk, step_token=token, input=given)

    await answer(kind="scan", text=...)
    await answer(kind="leave")
    await scene.offer("kiosk.answer", kiosk, step_token="", input={"kind": "phone", "phone": ...})
    await answer(kind="begin", way="walk_in")
    await answer(kind="services", service_ids=[scene.made["service"]])
    await answer(kind="who", requested="any")
    await answer(kind="join")
    await answer(kind="name", name=...)
    await answer(kind="number")


async def _directing(scene: Scene) -> None:
    async def proposed(**params: str) -> str:
        viewer, store = scene.salon.hub.viewer, scene.salon.hub.store_id
        async with viewer.moment(store) as moment:
            shown = await viewer.show(viewer.asked(viewer.screen("desk-what-if"), params, scene.manager), moment)
        return str(orjson.loads(shown.view)["asked"]["id"])

    wish = f"{scene.made['service']}~any~"
    await scene.give("planning.accept_walk_in", proposal_id=await proposed(kind="walk_in", wishes=wish), customer={"name": ...})
    await scene.offer(
        "planning.accept_walk_in",
        proposal_id=await proposed(kind="walk_in", wishes=wish),
        customer={"name": "N", "phone": ...},
    )
    spare = {"code": "spare-2", "kind": scene.text("catalog.put_place_kind:code"), "name": {"zh": "备用", "en": "Spare"}}
    place = await scene.salon.send("stations.put_place", **spare, ordinal=91)
    await scene.give(
        "planning.accept_proposal", proposal_id=await proposed(kind="closed", place_id=place["place_id"]), reason=...
    )


async def _office(scene: Scene) -> None:
    hub = scene.salon.hub
    made = await scene.give("security.create_account", login="somebody", name=..., roles=["front_desk"])
    await scene.offer("security.create_account", login=..., name="N", roles=["front_desk"])
    await scene.give("security.rename_account", account_id=made["account_id"], name=...)
    who = {"login": "tour", "name": "Tour", "roles": ["technician"], "technician_id": scene.made["technician"], "pin": "7319"}
    technician = await scene.salon.send("security.create_account", **who)
    await scene.give("security.prepare_device", kind="kiosk", name=...)
    async with hub.database.read(hub.store_id) as session:
        device = next(iter(await devices(session))).id
        manager = next(a.id for a in await accounts(session, hub.vault) if "manager" in a.roles)
    await scene.give("security.rename_device", device_id=device, name=...)
    entrance = system(hub.store_id, "entrance")
    await scene.offer("security.ask_reset", entrance, login=..., source="x")
    await scene.offer("security.ask_own_mail", entrance, account_id=manager, email=...)
    raising = Raise(rule="undos", subject="", count=9, minutes=30, at_seq=1)
    await hub.door.submit(raising, system(hub.store_id, "alarms"), hub.chance.id())
    async with hub.database.read(hub.store_id) as session:
        alarm = next(iter(await open_alarms(session)))
    await scene.give("alarms.close", alarm_id=alarm.id, note=...)
    scene.made |= {"manager": manager, "technician_account": technician["account_id"]}


async def _privacy(scene: Scene) -> None:
    who = {"customer_id": scene.made["customer"]}
    await scene.salon.send("bookings.put_customer", **who, phone="13800138009", name=scene.text("bookings.put_customer:name"))
    await scene.give("privacy.see_contact", **who, reason="other", note=...)
    await scene.give("privacy.open_allergy", **who, reason="other", note=...)
    await scene.give("privacy.take_copy", **who, reason="other", note=...)


async def _another_system(scene: Scene) -> None:
    importer = system(scene.salon.hub.store_id, "import")
    past = {"services": _wish(scene), "state": "done", "start": _start(scene, -48)}
    await scene.give(
        "bookings.bring_in",
        importer,
        **past,
        natural_key=...,
        customer_key=scene.text("bookings.put_customer:natural_key"),
        item_keys=[...],
        note=...,
    )
    await scene.give("bookings.bring_in_no_show", importer, item_key=scene.text("bookings.bring_in:item_keys[]"))
    key = scene.text("bookings.bring_in_cancellation:item_key")
    ahead = {"services": _wish(scene), "state": "confirmed", "start": _start(scene, 49), "natural_key": "ahead"}
    await scene.give("bookings.bring_in", importer, **ahead, item_keys=[key])
    gone = {"state": "cancelled_by_customer", "ended_at": _start(scene, 0)}
    await scene.give("bookings.bring_in_cancellation", importer, item_key=key, **gone)
    await scene.give(
        "imports.keep_rows",
        importer,
        kind="receipts",
        rows=[{"natural_key": ..., "file": ..., "line": 1, "cells": {"a": ...}, "client": ...}],
    )
