"""A copied store is worth nothing: no personal value stands in any file, and no sealed value opens in another place."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import pytest
from sqlalchemy import select, update

from hub.app import Hub, build
from hub.backoffice.privacy.checking import check_keys
from hub.backoffice.privacy.sealing import sealed_columns
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.crypto import Vault
from hub.kernel.errors import Refused
from hub.kernel.ids import SeededRandomness
from hub.kernel.keyring import WrongKeysError
from hub.kernel.tables import Base
from hub.operations.bookings.people import reveal, seal_into
from hub.settings import Settings
from tests.backoffice.privacy.people import CANARY, Canary, add_customer, customer_row
from tests.backoffice.privacy.searching import found_in_files
from tests.conftest import Send
from tests.stored import every_value

STAFF = ["Borogove", "slithy.login", "15512344321", "tove.example"]


async def fill(hub: Hub, store: str, send: Send, desk: Actor) -> str:
    """Every way in which personal words come into a store."""
    customer = await add_customer(send)
    account = {"login": "slithy.login", "name": "Borogove", "roles": ["front_desk"]}
    await send("security.create_account", account)
    technician = {"code": "t1", "name": {"zh": "李", "en": "Li"}, "gender": "woman", "phone": "+8615512344321"}
    await send("team.put_technician", {**technician, "email": "tove@tove.example"})
    await send("privacy.see_contact", {"customer_id": customer, "reason": "other", "note": "jabberwock note"}, desk)
    await send("privacy.open_allergy", {"customer_id": customer}, desk)
    await send("bookings.put_customer", {"customer_id": customer, "note": "jabberwock again"})
    wrong = {"customer_id": customer, "phone": "no number 13812348765 at all"}
    for refused in (wrong, {"name": CANARY.name, "nonsense": CANARY.phone}):
        with pytest.raises(Refused):
            await send("bookings.put_customer", refused)
    return customer


async def test_no_file_and_no_row_holds_a_personal_word(
    settings: Settings, hub: Hub, store: str, send: Send, desk: Actor, capfd: pytest.CaptureFixture[str]
) -> None:
    await fill(hub, store, send, desk)
    words = [*CANARY.words(), *STAFF]
    assert found_in_files(settings.data.parent, words) == []
    rows = await every_value(hub)
    assert [word for word in words if word.encode() in rows] == []
    said = capfd.readouterr()
    assert [word for word in words if word in said.out + said.err] == []


async def test_without_sealing_the_words_would_be_found(
    settings: Settings, hub: Hub, store: str, send: Send, desk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the one above: the search finds what is there."""
    monkeypatch.setattr(Vault, "seal", lambda self, key, owner, value, bound: value.encode())
    monkeypatch.setattr(Vault, "open", lambda self, key, owner, sealed, bound: sealed.decode())
    await fill(hub, store, send, desk)
    rows = await every_value(hub)
    missed = [word for word in [*CANARY.words(), *STAFF] if word.encode() not in rows]
    assert missed == []
    if hub.database.is_sqlite:
        assert len(found_in_files(settings.data.parent, STAFF)) >= len(STAFF)


async def test_a_sealed_value_opens_in_its_own_place_only(hub: Hub, store: str, send: Send) -> None:
    """Row to row and column to column: every pair is swapped, and none opens."""
    ids = [await add_customer(send), await add_customer(send, Canary("Other Person", "+8613700000001", "o@x.example"))]
    columns = ("name_sealed", "phone_sealed", "email_sealed", "note_sealed", "allergy_sealed")
    rows = {i: await customer_row(hub, store, i) for i in ids}
    places = list(itertools.product(ids, columns))
    swapped = 0
    for (row_id, column), (other_id, other_column) in itertools.permutations(places, 2):
        sealed = getattr(rows[other_id], other_column)
        row, bound = rows[row_id], f"customer/{row_id}/{column.removesuffix('_sealed')}"
        assert row.data_key is not None
        with pytest.raises(Refused, match="unavailable"):
            hub.vault.open(row.data_key, row_id, sealed, bound)
        swapped += 1
    assert swapped == len(places) * (len(places) - 1)
    with pytest.raises(Refused):
        hub.vault.open(rows[ids[0]].data_key or b"", ids[1], rows[ids[1]].name_sealed or b"", f"customer/{ids[1]}/name")


async def test_a_swap_in_the_database_is_refused_by_the_view(hub: Hub, store: str, send: Send) -> None:
    one, two = await add_customer(send), await add_customer(send, Canary("Other Person", "+8613700000001"))
    table = Base.metadata.tables["customer"]
    async with hub.database.write(store) as session:
        stolen = await session.scalar(select(table.c.phone_sealed).where(table.c.id == two))
        await session.execute(update(table).where(table.c.id == one).values(phone_sealed=stolen))
    with pytest.raises(Refused, match="unavailable"):
        reveal(hub.vault, await customer_row(hub, store, one))


async def test_equal_values_look_different(hub: Hub, store: str, send: Send) -> None:
    one, two = await add_customer(send), await add_customer(send)
    rows = [await customer_row(hub, store, i) for i in (one, two)]
    assert rows[0].name_sealed != rows[1].name_sealed
    before = rows[0].name_sealed
    seal_into(hub.vault, rows[0], "name", CANARY.name)
    assert rows[0].name_sealed == before, "writing the same again tells nothing"


def test_every_sealed_column_is_bound_to_its_row_and_to_itself() -> None:
    """No two columns share a name in the seal, and each names its row."""
    marks = [sealed.seal.bound for sealed in sealed_columns()]
    assert len(marks) == len(set(marks))
    assert all("{" in mark for mark in marks)


async def test_another_stores_keyring_is_noticed_before_anything_is_done(
    settings: Settings, hub: Hub, store: str, send: Send, clock: ManualClock
) -> None:
    await add_customer(send)
    await check_keys(hub.database, hub.vault)
    stranger: Any = Vault(b"z" * 32)
    with pytest.raises(WrongKeysError):
        await check_keys(hub.database, stranger)
    settings.keyring_file.unlink()
    lost = build(settings, clock=clock, chance=SeededRandomness(2))
    with pytest.raises(WrongKeysError):
        await lost.prepare()
    await lost.close()
    assert base64.b64decode(settings.key_file.read_text())
