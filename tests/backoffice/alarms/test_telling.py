"""Managers are written to about an alarm: once, in the store's language, with a way to it, and without anybody's name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import SMTP

import pytest
from sqlalchemy import select, update

from hub.app import Hub, build
from hub.backoffice.alarms.commands import Raise
from hub.backoffice.alarms.events import AlarmRaised
from hub.backoffice.alarms.followers import followers
from hub.backoffice.alarms.rules import CODES
from hub.backoffice.alarms.telling import write_to_managers, written
from hub.backoffice.security.tables import AccountRow
from hub.kernel.access import Actor, system
from hub.kernel.carriers import written as as_mail
from hub.kernel.clock import ManualClock
from hub.kernel.event_log import since
from hub.kernel.events import Recorded
from hub.kernel.ids import SeededRandomness
from hub.kernel.mail import MemoryCarrier, Message
from hub.kernel.outbox import Outbox
from hub.kernel.tables import OutboxRow, Store
from hub.settings import Settings
from tests.conftest import Send


@pytest.fixture
def carrier() -> MemoryCarrier:
    return MemoryCarrier(["mail"])


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock, carrier: MemoryCarrier) -> AsyncIterator[Hub]:
    there = settings.model_copy(update={"public_url": "https://salon.test"})
    made = build(there, clock=clock, chance=SeededRandomness(1), carriers=[carrier])
    await made.prepare()
    yield made
    await made.close()


async def _manager(hub: Hub, send: Send, login: str, address: str, roles: list[str]) -> str:
    """An account with a confirmed address."""
    made = await send("security.create_account", {"login": login, "name": f"Name of {login}", "roles": roles})
    account_id = str(made.result["account_id"])
    async with hub.database.write(hub.store_id) as session:
        row = await session.get_one(AccountRow, account_id)
        row.email_sealed = hub.vault.seal(row.data_key, row.id, address, f"account.email:{row.id}")
    return account_id


async def _raised(hub: Hub, rule: str, count: int) -> list[Recorded]:
    command = Raise(rule=rule, subject="0" * 31 + "7", count=count, minutes=30, at_seq=1)
    await hub.door.submit(command, system(hub.store_id, "alarms"), hub.chance.id())
    async with hub.database.read(hub.store_id) as session:
        return [fact for fact in await since(session, 0) if fact.type == AlarmRaised.event_type][-1:]


async def _delivered(hub: Hub, carrier: MemoryCarrier) -> list[Message]:
    from hub.kernel.mail import Mailer

    outbox = hub.ports.get(Mailer)  # type: ignore[type-abstract]
    assert isinstance(outbox, Outbox)
    await outbox.deliver(hub.store_id)
    messages = [message for _, message in carrier.delivered]
    carrier.delivered.clear()
    return messages


@pytest.mark.parametrize(
    ("language", "subject", "says"),
    [
        ("zh", "青瓷：撤销操作过多", "青瓷有一条警报：撤销操作过多，30 分钟内 9 次。"),
        ("en", "Celadon: Many steps taken back", "An alarm at Celadon: Many steps taken back, 9 within 30 min."),
    ],
)
async def test_every_manager_with_an_address_gets_one_mail_in_the_stores_language(
    hub: Hub, store: str, send: Send, carrier: MemoryCarrier, language: str, subject: str, says: str
) -> None:
    async with hub.database.write(None) as session:
        await session.execute(
            update(Store).where(Store.id == store).values(language=language, name_zh="青瓷", name_en="Celadon")
        )
    await _manager(hub, send, "mei", "mei@salon.test", ["manager"])
    await _manager(hub, send, "lin", "lin@salon.test", ["front_desk"])
    gone = await _manager(hub, send, "old", "old@salon.test", ["manager"])
    await send("security.close_account", {"account_id": gone})
    facts = await _raised(hub, "undos", 9)
    await write_to_managers(hub.database, hub.ports, hub.vault, store, facts)
    [mail] = await _delivered(hub, carrier)
    assert (mail.to, mail.subject) == ("mei@salon.test", subject)
    assert says in mail.text
    assert "https://salon.test/alarms" in mail.text
    assert "Name of" not in mail.text
    assert "0" * 31 not in mail.text
    assert await _delivered(hub, carrier) == []


async def test_the_mail_is_in_the_stores_own_words(hub: Hub, store: str, send: Send, carrier: MemoryCarrier) -> None:
    await _manager(hub, send, "mei", "mei@salon.test", ["manager"])
    own = {"language": "zh", "message_id": "alarm-message-subject", "text": "请看一下 { $store }：{ $rule }"}
    await send("catalog.put_wording", own)
    await hub.rounds.once()
    await write_to_managers(hub.database, hub.ports, hub.vault, store, await _raised(hub, "undos", 9))
    [mail] = await _delivered(hub, carrier)
    assert mail.subject.startswith("请看一下 青瓷：")


async def test_every_rule_has_its_words_in_both_languages(hub: Hub, store: str) -> None:
    async with hub.database.read(store) as session:
        row = (await session.scalars(select(Store))).one()
    texts = set()
    for rule in CODES:
        [fact] = await _raised(hub, rule, 1)
        for row.language in ("zh", "en"):
            subject, text = written(hub.ports, row, fact)
            assert "{" not in subject + text
            assert "1 within" not in text
            texts.add(text)
    assert len(texts) == 2 * len(CODES)


async def test_no_name_of_a_store_makes_another_line_of_the_head(hub: Hub, store: str, clock: ManualClock) -> None:
    name = "静好\r\nBcc: thief@salon.test\x00\u2028\u202e“<b>=?utf-8?q?x?="
    async with hub.database.read(store) as session:
        row = (await session.scalars(select(Store))).one()
        session.expunge(row)
    row.name_zh = row.name_en = name
    for language in ("zh", "en"):
        row.language = language
        [fact] = await _raised(hub, "undos", 9)
        mail = as_mail(Message("mei@salon.test", *written(hub.ports, row, fact)), "id", "hub@salon.test", clock)
        read = message_from_bytes(bytes(mail), policy=SMTP)
        assert read.keys() == mail.keys()
        assert (read["To"], read["Bcc"], read.defects) == ("mei@salon.test", None, [])
        assert read["Subject"].startswith("静好 Bcc: thief@salon.test “<b>= ?utf-8?q?x?=")


async def test_an_alarm_is_written_about_once_and_waits_for_a_mail_server_that_is_away(
    hub: Hub, store: str, send: Send, carrier: MemoryCarrier, clock: ManualClock, manager: Actor
) -> None:
    """Through the followers as they run: the same abuse again makes no second mail, and nothing is lost meanwhile."""
    await _manager(hub, send, "mei", "mei@salon.test", ["manager"])
    carrier.failing = ConnectionRefusedError()
    await hub.start()
    await _raised(hub, "undos", 9)
    async with asyncio.timeout(20):
        while not await _waiting(hub, store):
            await asyncio.sleep(0.02)
    assert carrier.delivered == []
    carrier.failing = None
    clock.advance(minutes=2)
    assert [mail.to for mail in await _soon(hub, carrier)] == ["mei@salon.test"]
    async with asyncio.timeout(20):
        while await _waiting(hub, store):  # it goes a moment after it was delivered
            await asyncio.sleep(0.02)


async def _waiting(hub: Hub, store: str) -> int:
    async with hub.database.read(store) as session:
        return len(list(await session.scalars(select(OutboxRow))))


async def _soon(hub: Hub, carrier: MemoryCarrier) -> list[Message]:
    async with asyncio.timeout(20):
        while not (found := await _delivered(hub, carrier)):
            await asyncio.sleep(0.02)
    return found


async def test_without_a_way_out_nobody_is_written_to(settings: Settings, clock: ManualClock) -> None:
    made = build(settings, clock=clock, chance=SeededRandomness(1), carriers=[])
    await made.prepare()
    try:
        store = await made.open_store(name_zh="青瓷", name_en="Celadon")
        facts = await _raised(made, "undos", 9)
        await write_to_managers(made.database, made.ports, made.vault, store, facts)
        assert await _waiting(made, store) == 0
        assert {follower.name for follower in followers(made)} == {"alarms", "alarm mail"}  # type: ignore[arg-type]
    finally:
        await made.close()
