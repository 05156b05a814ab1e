"""Erasing a person reaches every column, every file, and every backup that was ever made."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.app import Hub, build
from hub.backoffice.privacy import command
from hub.backoffice.privacy.commands import erasing
from hub.backoffice.privacy.forgetting import forget_pending, reapply
from hub.backoffice.privacy.holdings import holdings_of, opened
from hub.backoffice.privacy.tables import ErasureRow
from hub.kernel.access import Actor, system
from hub.kernel.clock import ManualClock
from hub.kernel.crypto import Vault
from hub.kernel.errors import Refused
from hub.kernel.ids import SeededRandomness
from hub.kernel.keyring import Keyring
from hub.kernel.mail import MemoryCarrier, Message
from hub.kernel.outbox import Outbox
from hub.kernel.tables import Base, OutboxRow
from hub.operations.bookings.queries import customer_of
from hub.settings import Settings
from tests.backoffice.privacy.people import CANARY, Canary, add_customer, customer_row, newest_facts
from tests.conftest import Send
from tests.operations.bookings.salon import open_salon

OTHER = Canary("Bandersnatch Ok", "+8613700000001", "other@stays.example", "plain", "none such")


@pytest.fixture
async def customer(send: Send) -> str:
    await add_customer(send, OTHER)
    return await add_customer(send, natural_key="customer/QZ%2D77")


async def erase(hub: Hub, store: str, customer_id: str) -> None:
    await hub.door.send("privacy.erase_person", {"customer_id": customer_id}, system(store), hub.chance.id())
    await forget_pending(hub.door, store)


def values_of(row: Base) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def plain(row: object) -> str:
    """All of a row's values as text."""
    return " ".join(str(value) for value in vars(row).values())


async def test_every_personal_column_is_cleared_and_the_log_says_so(hub: Hub, store: str, customer: str) -> None:
    since = (await customer_row(hub, store, customer)).made_at
    await erase(hub, store, customer)
    row = await customer_row(hub, store, customer)
    assert row.data_key is None
    assert (row.name_sealed, row.phone_sealed, row.phone_index, row.email_index, row.allergy_sealed) == (None,) * 5
    assert (row.gender, row.title, row.natural_key) == (None, "none", None)
    assert row.made_at == since, "that there was somebody stays"
    assert "QZ" not in plain(row)
    assert not hub.vault.knows(customer)
    async with hub.database.read(store) as session:
        assert (await customer_of(session, hub.vault, customer)).name == ""  # type: ignore[union-attr]
        assert (await session.get_one(ErasureRow, customer)).forgotten_at is not None
    assert (await newest_facts(hub, store, 0))[-2:] == ["privacy.person_erased", "privacy.person_forgotten"]


async def test_a_booking_of_a_day_without_the_hub_keeps_nobody_from_being_erased(
    hub: Hub, store: str, customer: str, send: Send, clock: ManualClock
) -> None:
    salon = await open_salon(send)
    for code in ("li", "wang"):
        shift = {"technician_id": salon.technicians[code], "date": "2026-05-15", "start": "09:00", "end": "18:00"}
        await send("team.put_shift", shift)
    wish = {"services": [{"service_id": salon.services["cut"]}], "start": "2026-05-15T03:00:00Z"}
    await send("bookings.book", wish | {"customer_id": customer})
    ask = {"customer_id": customer, "reason": "request"}
    for days in (0, 1):
        clock.advance(days=days)
        with pytest.raises(Refused) as refusal:
            await send("privacy.ask_erasure", ask)
        assert refusal.value.kind.code == "still_expected"
    clock.advance(days=1)
    await send("privacy.ask_erasure", ask)


async def test_nobody_writes_to_an_erased_person(hub: Hub, store: str, customer: str, send: Send) -> None:
    """A form that was open meanwhile must not bring back what was to be forgotten, nor seem to have been kept."""
    salon = await open_salon(send)
    await erase(hub, store, customer)
    erased = values_of(await customer_row(hub, store, customer))
    contact = {"phone": CANARY.phone, "email": CANARY.email, "gender": "woman", "title": "ms", "tier": "gold", "note": "x"}
    wish = {"services": [{"service_id": salon.services["cut"]}]}
    for name, data in {
        "bookings.put_customer": contact,
        "bookings.book": wish | {"start": "2026-05-15T03:00:00Z"},
        "visits.walk_in": wish,
        "waitlist.add": wish | {"date_from": "2026-05-15", "date_to": "2026-05-15"},
    }.items():
        with pytest.raises(Refused) as refusal:
            await send(name, {"customer_id": customer, **data})
        assert refusal.value.kind.code == "not_found", name
    assert values_of(await customer_row(hub, store, customer)) == erased


async def test_an_erased_person_is_not_found_any_more(hub: Hub, store: str, customer: str, send: Send) -> None:
    await erase(hub, store, customer)
    for name, data in {
        "privacy.see_contact": {"customer_id": customer, "reason": "call_back"},
        "privacy.open_allergy": {"customer_id": customer},
        "privacy.ask_erasure": {"customer_id": customer, "reason": "request"},
    }.items():
        with pytest.raises(Refused, match="not_found"):
            await send(name, data)


async def test_others_are_left_alone(hub: Hub, store: str, customer: str) -> None:
    await erase(hub, store, customer)
    async with hub.database.read(store) as session:
        kept = list(await session.scalars(select(Base.metadata.tables["customer"].c.id)))
        other = next(each for each in kept if each != customer)
        facts = await customer_of(session, hub.vault, other)
    assert facts is not None
    assert (facts.name, facts.phone, facts.allergy) == (OTHER.name, OTHER.phone, OTHER.allergy)


async def test_whoever_is_expected_is_not_erased(hub: Hub, store: str, customer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = hub.chance.id()
    async with hub.database.write(store) as session:
        session.add(_open_booking(hub, waiting, customer))
    before = plain(await customer_row(hub, store, customer))
    with pytest.raises(Refused, match="still_expected"):
        await erase(hub, store, customer)
    assert plain(await customer_row(hub, store, customer)).split("0x")[0] == before.split("0x")[0]
    assert hub.vault.knows(customer)


def _open_booking(hub: Hub, booking_id: str, customer_id: str) -> object:
    from hub.operations.bookings.tables import BookingRow

    return BookingRow(
        id=booking_id,
        customer_id=customer_id,
        state="confirmed",
        source="desk",
        booked_start=hub.clock.now(),
        made_at=hub.clock.now(),
        made_seq=0,
        link_key="0" * 16,
    )


async def test_a_second_person_allows_it_on_the_screens(hub: Hub, store: str, customer: str, send: Send) -> None:
    asked = await send("privacy.ask_erasure", {"customer_id": customer, "reason": "request"})
    assert (await customer_row(hub, store, customer)).data_key is not None
    second = Actor("staff", "6" * 32, store, frozenset({"accountant"}))
    await send("privacy.approve", {"approval_id": asked.result["approval_id"]}, second)
    assert (await customer_row(hub, store, customer)).data_key is None
    async with asyncio.timeout(20):
        while hub.vault.knows(customer):  # the hub's own work, after the commit
            await forget_pending(hub.door, store)
            await asyncio.sleep(0.05)


async def test_a_customer_asks_for_it_and_one_person_of_the_store_allows_it(
    hub: Hub, store: str, customer: str, send: Send
) -> None:
    me = Actor("customer", customer, store, frozenset({"member"}), session_id="s")
    asked = await send("privacy.ask_own_erasure", {}, me)
    await send("privacy.approve", {"approval_id": asked.result["approval_id"]})
    assert (await customer_row(hub, store, customer)).data_key is None


async def test_a_visits_link_is_no_way_to_the_file(store: str, customer: str, send: Send) -> None:
    by_link = Actor("customer", customer, store, frozenset({"member"}), subject=customer)
    for name in ("privacy.ask_own_erasure", "privacy.take_own_copy"):
        with pytest.raises(Refused, match="not_found"):
            await send(name, {}, by_link)


def back_up(settings: Settings, to: Path) -> None:
    to.mkdir()
    source, copy = (sqlite3.connect(folder / "hub.sqlite3") for folder in (settings.data, to))
    with closing(source), closing(copy):
        source.backup(copy)


def restored(settings: Settings, backup: Path, clock: ManualClock) -> Hub:
    """The older copy in the place of the store, as a restore leaves it; keys and keyring stay where they are."""
    place = settings.data.parent
    shutil.rmtree(settings.data)
    shutil.copytree(backup, settings.data)
    assert (place / f"{settings.data.name}.keyring").exists()
    return build(settings, clock=clock, chance=SeededRandomness(9))


async def read_with_all_keys(hub: Hub, store: str, customer_id: str) -> str:
    """Whatever the keys that are left open of a person, in one text."""
    async with hub.database.read(store) as session:
        held = await holdings_of(session, customer_id)
    try:
        return str(opened(hub.vault, held))
    except Refused:
        return ""


@pytest.mark.sqlite  # copies its file
async def test_an_older_backup_does_not_bring_the_person_back(
    settings: Settings, hub: Hub, store: str, customer: str, clock: ManualClock, tmp_path: Path
) -> None:
    await asyncio.to_thread(back_up, settings, tmp_path / "older")
    assert CANARY.phone in await read_with_all_keys(hub, store, customer), "the search finds what is there"
    await erase(hub, store, customer)
    await hub.close()
    again = await asyncio.to_thread(restored, settings, tmp_path / "older", clock)
    await again.prepare()
    try:
        row = await customer_row(again, store, customer)
        assert row.data_key is not None, "the backup has the wrapped key"
        text = await read_with_all_keys(again, store, customer)
        assert not [word for word in CANARY.words() if word in text]
        assert await reapply(again.door, store) == 2  # erased once more, and its key noted as destroyed
        row = await customer_row(again, store, customer)
        assert (row.data_key, row.phone_index, row.name_sealed) == (None, None, None)
        async with again.database.read(store) as session:
            other = (
                await session.scalars(
                    select(Base.metadata.tables["customer"].c.id).where(
                        Base.metadata.tables["customer"].c.data_key.is_not(None)
                    )
                )
            ).one()
            assert (await customer_of(session, again.vault, other)).phone == OTHER.phone  # type: ignore[union-attr]
    finally:
        await again.close()


@pytest.mark.sqlite  # copies its file
async def test_with_the_key_kept_the_backup_would_bring_the_person_back(
    settings: Settings,
    hub: Hub,
    store: str,
    customer: str,
    clock: ManualClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The twin of the one above: clearing the columns alone is not enough."""
    monkeypatch.setattr(Keyring, "without_owner", lambda self, owner: self)
    await asyncio.to_thread(back_up, settings, tmp_path / "older")
    await erase(hub, store, customer)
    await hub.close()
    again = await asyncio.to_thread(restored, settings, tmp_path / "older", clock)
    await again.prepare()
    try:
        assert CANARY.phone in await read_with_all_keys(again, store, customer)
    finally:
        await again.close()


async def test_killed_between_commit_and_key_it_is_done_at_the_next_look(hub: Hub, store: str, customer: str) -> None:
    await hub.door.send("privacy.erase_person", {"customer_id": customer}, system(store), hub.chance.id())
    assert await forget_pending(hub.door, store) in (0, 1)  # the hub's own job may have been quicker
    assert not hub.vault.knows(customer)
    assert await forget_pending(hub.door, store) == 0


async def test_messages_on_their_way_go_and_stay_closed_in_older_copies(
    hub: Hub, store: str, customer: str, clock: ManualClock
) -> None:
    carrier = MemoryCarrier()
    outbox = Outbox(hub.database, hub.vault, clock, hub.chance, [carrier])
    carrier.failing = ConnectionError()
    async with hub.database.write(store) as session:
        await outbox.send(Message(CANARY.email, "Your code", "481516", owner=customer), session)
        await outbox.send(Message("staff@store.example", "Alarm", "Look"), session)
    assert await outbox.deliver(store) == 0
    async with hub.database.read(store) as session:
        copy = next(row for row in await session.scalars(select(OutboxRow)) if row.owner_id == customer)
    assert outbox._opened(copy).to == CANARY.email

    await erase(hub, store, customer)
    carrier.failing = None
    clock.advance(minutes=5)
    assert await outbox.deliver(store) == 1
    assert [message.to for _, message in carrier.delivered] == ["staff@store.example"]
    with pytest.raises(Refused):
        outbox._opened(copy)


async def test_rows_that_an_older_release_kept_in_plain_text_go_too(hub: Hub, store: str, customer: str) -> None:
    from hub.imports.tables import KeptRow

    async with hub.database.write(store) as session:
        for number, cell in enumerate(("QZ-77", CANARY.name, "somebody else")):
            session.add(
                KeptRow(
                    id=f"{number:032}",
                    kind="receipts",
                    natural_key=f"receipt/{number}",
                    file="r.csv",
                    line=number,
                    owner_id=f"{number:032}",
                    raw={"Client": cell, "Total": "10"},
                    kept_at=hub.clock.now(),
                )
            )
    await erase(hub, store, customer)
    async with hub.database.read(store) as session:
        assert [row.raw for row in await session.scalars(select(KeptRow))] == [{"Client": "somebody else", "Total": "10"}]


async def test_the_command_line_finds_people_by_number_and_mail(hub: Hub, store: str, customer: str) -> None:
    for said in (customer, CANARY.phone, "138 1234 8765", CANARY.email.upper()):
        assert await command._find(hub, store, said) == customer
    for nobody in ("f" * 32, "+8613999999999", "no@body.example"):
        with pytest.raises(command.NobodyError):
            await command._find(hub, store, nobody)
    assert await command.erase(hub, store, CANARY.phone) == customer
    assert not hub.vault.knows(customer)


def test_what_is_cleared_follows_from_the_columns() -> None:
    """Each personal or sensitive column of a customer's own row is cleared, whatever is added tomorrow."""
    table = Base.metadata.tables["customer"]
    vault = Vault(b"k" * 32)
    row = {column.name: "x" for column in table.columns}
    cleared = erasing.erased(table, row, lambda key: vault.steady_index(key, "k"))
    personal = {c.name for c in table.columns if c.info.get("class") and c.info["class"] != "public"}
    assert set(cleared) == personal
