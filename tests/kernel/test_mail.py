"""Messages: addressed safely, kept durably, delivered at least once, given up in time; never readable at rest or in the log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from hub.app import Hub, build
from hub.kernel.carriers import Folder, SmsSpool, Smtp, SmtpServer, carriers_of, spooled, written
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.kernel.mail import (
    SUBJECT_MAX,
    InvalidMessageError,
    Mailer,
    MemoryCarrier,
    Message,
    UndeliverableError,
    normal_mail_address,
)
from hub.kernel.outbox import FIRST_PAUSE, KEPT, Outbox
from hub.kernel.tables import OutboxRow
from hub.kernel.text import NAME_CHARACTERS_MAX
from hub.settings import Settings
from tests.kernel.smtp_server import mail_server

CODE = Message("lin@example.com", "Your code", "The code is 481516.", good_for=timedelta(minutes=10))


@pytest.fixture
def carrier() -> MemoryCarrier:
    return MemoryCarrier()


@pytest.fixture
async def posting(on_both: Settings, clock: ManualClock, carrier: MemoryCarrier) -> AsyncIterator[Hub]:
    """A prepared hub whose postman comes only when he is called."""
    hub = build(on_both, clock=clock, chance=SeededRandomness(1), domains=[], screens=[], carriers=[carrier])
    await hub.prepare()
    await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    yield hub
    await hub.close()


def outbox_of(hub: Hub) -> Outbox:
    mailer = hub.ports.get(Mailer)  # type: ignore[type-abstract]
    assert isinstance(mailer, Outbox)
    return mailer


async def post(hub: Hub, message: Message) -> None:
    async with hub.database.write(hub.store_id) as session:
        await outbox_of(hub).send(message, session)


async def rows(hub: Hub) -> list[OutboxRow]:
    async with hub.database.read(hub.store_id) as session:
        return list(await session.scalars(select(OutboxRow)))


async def test_a_message_goes_once_and_leaves_nothing_behind(posting: Hub, carrier: MemoryCarrier) -> None:
    await post(posting, CODE)
    assert await outbox_of(posting).deliver(posting.store_id) == 1
    assert await outbox_of(posting).deliver(posting.store_id) == 0
    assert [m.text for _, m in carrier.delivered] == [CODE.text]
    assert await rows(posting) == []


async def test_a_message_of_a_change_that_failed_never_goes(posting: Hub, carrier: MemoryCarrier) -> None:
    async def fail() -> None:
        async with posting.database.write(posting.store_id) as session:
            await outbox_of(posting).send(CODE, session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await outbox_of(posting).deliver(posting.store_id) == 0
    assert carrier.delivered == []


async def test_a_failure_is_tried_again_later_under_the_same_id(
    posting: Hub, carrier: MemoryCarrier, clock: ManualClock
) -> None:
    await post(posting, CODE)
    [row] = await rows(posting)
    carrier.failing = OSError("the line is dead")
    outbox = outbox_of(posting)
    assert await outbox.deliver(posting.store_id) == 0
    carrier.failing = None
    assert await outbox.deliver(posting.store_id) == 0, "not before its pause is over"
    clock.advance(seconds=FIRST_PAUSE.total_seconds())
    assert await outbox.deliver(posting.store_id) == 1
    assert [message_id for message_id, _ in carrier.delivered] == [row.id]


async def test_what_is_worth_nothing_any_more_is_given_up_and_emptied(
    posting: Hub, carrier: MemoryCarrier, clock: ManualClock
) -> None:
    await post(posting, CODE)
    clock.advance(minutes=10)
    assert await outbox_of(posting).deliver(posting.store_id) == 0
    [row] = await rows(posting)
    assert (row.sealed, row.last_error) == (None, "expired")
    async with posting.database.read(posting.store_id) as session:
        assert [(lost.at, lost.reason) for lost in await outbox_of(posting).lost(session)] == [(clock.now(), "expired")]
    clock.advance(seconds=KEPT.total_seconds())
    await outbox_of(posting).deliver(posting.store_id)
    assert await rows(posting) == []
    assert carrier.delivered == []


async def test_a_refusal_for_good_is_not_tried_again(posting: Hub, carrier: MemoryCarrier, clock: ManualClock) -> None:
    await post(posting, CODE)
    carrier.failing = UndeliverableError("550")
    await outbox_of(posting).deliver(posting.store_id)
    carrier.failing = None
    clock.advance(minutes=5)
    assert await outbox_of(posting).deliver(posting.store_id) == 0
    [row] = await rows(posting)
    assert (row.sealed, row.last_error) == (None, "550")


async def test_two_hubs_on_one_database_send_it_once(posting: Hub, carrier: MemoryCarrier) -> None:
    await post(posting, CODE)
    outbox = outbox_of(posting)
    [row] = await rows(posting)
    assert await outbox._claimed(posting.store_id, row)
    assert not await outbox._claimed(posting.store_id, row), "who read it at the same time comes second"
    assert await outbox.deliver(posting.store_id) == 0


async def test_a_waiting_message_is_readable_neither_in_the_database_nor_in_the_log(
    posting: Hub, carrier: MemoryCarrier
) -> None:
    await post(posting, CODE)
    carrier.failing = OSError(CODE.text)
    with capture_logs() as lines:
        await outbox_of(posting).deliver(posting.store_id)
    said = str(lines) + repr(CODE) + str(vars((await rows(posting))[0]))
    assert "not delivered" in said
    for secret in ("481516", "lin@example.com", "Your code"):
        assert secret not in said


@pytest.mark.parametrize(
    "address",
    [
        "",
        "lin",
        "lin@",
        "@example.com",
        "a@b@c",
        "lin@example.com\nBcc: all@example.com",
        "lin@exa mple.com",
        "Lin <l@e.com>",
        "a" * 65 + "@e.com",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidMessageError) as refused:
        Message(address, "", "")
    assert address == "" or address not in str(refused.value)


def test_a_long_store_name_costs_the_end_of_the_subject_and_not_the_message() -> None:
    message = Message("lin@example.com", "静" * NAME_CHARACTERS_MAX + "：验证码", "481516")
    assert (len(message.subject), message.subject[-1], message.text) == (SUBJECT_MAX, "…", "481516")


@pytest.mark.parametrize("number", ["13800138000", "+", "+0123456", "+86138\nTo: 1", "+86 138 0013 8000"])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(InvalidMessageError):
        Message(number, "", "", "sms")


@pytest.mark.parametrize(
    "subject",
    [
        "静好 =?utf-8?q?a=0D=0ABcc:_thief=40x.test?= b",
        "Plain =?utf-8?q?a=0D=0ABcc:_thief=40x.test?=",
        "=?utf-8?b?YQ0KQmNjOiB0aGllZkB4LnRlc3Q=?=",
        "=\x00?utf-8?q?a=0D=0ABcc:_thief=40x.test?=",
        "==?utf-8?q?a=0D=0ABcc:_thief=40x.test?=?=",
        "\u202etset.x@feiht",
    ],
)
def test_what_looks_like_an_encoded_word_is_text(subject: str, clock: ManualClock) -> None:
    mail = written(Message("lin@example.com", subject, "text"), "id", "hub@salon.example", clock)
    read = message_from_bytes(bytes(mail), policy=default)
    assert read.keys() == mail.keys()
    assert "Bcc" not in read
    assert not set("\r\n\u202e") & set(read["Subject"])


def test_no_line_of_a_header_can_be_forged(clock: ManualClock) -> None:
    mail = written(Message("l@e.com", "Hi\r\nBcc: all@e.com\u2028X: y", "a\r\n.\r\nb"), "id", "hub@salon.example", clock)
    read = message_from_bytes(bytes(mail), policy=default)
    assert read["Bcc"] is None
    assert read["X"] is None
    assert read["Subject"] == "Hi Bcc: all@e.com X: y"


def test_an_address_is_kept_in_one_way() -> None:
    assert normal_mail_address(" Lin@Example.COM ") == "Lin@example.com"


async def test_mail_reaches_a_server(clock: ManualClock) -> None:
    async with mail_server() as post:
        smtp = Smtp(SmtpServer("127.0.0.1", post.port, "none", "hub@salon.example"), clock)
        await smtp.carry(Message("lin@example.com", "您的验证码", "验证码：481516\n."), "abc")
    [raw] = post.mails
    mail = message_from_bytes(raw, policy=default)
    assert (mail["Subject"], mail["Message-ID"], mail["To"]) == ("您的验证码", "<abc@salon.example>", "lin@example.com")
    assert mail.get_content().replace("\r\n", "\n").rstrip() == "验证码：481516\n."


@pytest.mark.parametrize(("answer", "for_good"), [("550 no such box", True), ("451 later", False)])
async def test_a_server_refuses_for_good_or_for_now(clock: ManualClock, answer: str, *, for_good: bool) -> None:
    async with mail_server() as post:
        post.answers["RCPT"] = answer
        smtp = Smtp(SmtpServer("127.0.0.1", post.port, "none", "hub@salon.example"), clock)
        with pytest.raises(Exception) as refused:
            await smtp.carry(CODE, "abc")
        assert isinstance(refused.value, UndeliverableError) == for_good
        assert post.mails == []


async def test_no_mail_goes_unprotected_where_protection_is_demanded(clock: ManualClock) -> None:
    async with mail_server() as post:
        smtp = Smtp(SmtpServer("127.0.0.1", post.port, "starttls", "hub@salon.example"), clock)
        with pytest.raises(Exception):  # noqa: B017
            await smtp.carry(CODE, "abc")
        assert post.mails == []
    with pytest.raises(ValueError):
        Smtp(SmtpServer("127.0.0.1", 25, "none", "hub@salon.example", "hub", "secret"), clock)


async def test_a_silent_server_does_not_hold_up_the_post(clock: ManualClock) -> None:
    async with mail_server() as post:
        post.answers["EHLO"] = post.answers["HELO"] = "220-"  # a line that never ends
        smtp = Smtp(SmtpServer("127.0.0.1", post.port, "none", "hub@salon.example"), clock, seconds=0.2)
        with pytest.raises(Exception):  # noqa: B017
            await smtp.carry(CODE, "abc")


def test_short_messages_are_files_that_the_modem_reads() -> None:
    assert spooled(Message("+8613800138000", "", "Code 4815", "sms")) == b"To: 8613800138000\nAlphabet: ISO\n\nCode 4815"
    head, _, body = spooled(Message("+8613800138000", "", "验证码 4815", "sms")).partition(b"\n\n")
    assert head == b"To: 8613800138000\nAlphabet: UCS"
    assert body.decode("utf-16-be") == "验证码 4815"


async def test_the_spool_never_shows_half_a_file(tmp_path: Path) -> None:
    await SmsSpool(tmp_path / "outgoing").carry(Message("+8613800138000", "", "Code 4815", "sms"), "abc")
    assert [path.name for path in (tmp_path / "outgoing").iterdir()] == ["hub-abc"]
    assert [path.name for path in tmp_path.iterdir()] == ["outgoing"]


async def test_a_folder_takes_both_kinds(tmp_path: Path, clock: ManualClock) -> None:
    folder = Folder(tmp_path / "outbox", "hub@salon.example", clock)
    await folder.carry(CODE, "abc")
    await folder.carry(Message("+8613800138000", "", "Code 4815", "sms"), "def")
    assert sorted(path.suffix for path in (tmp_path / "outbox").iterdir()) == [".eml", ".sms"]


def test_the_settings_name_the_ways_out(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "password").write_text("secret\n")
    settings = Settings(
        smtp_host="mail.example", smtp_user="hub@salon.example", smtp_password_file=tmp_path / "password", sms_spool=tmp_path
    )
    smtp, spool = carriers_of(settings, clock)
    assert isinstance(smtp, Smtp)
    assert isinstance(spool, SmsSpool)
    assert smtp._server.password == "secret"
    assert "secret" not in repr(settings) + repr(smtp._server)
    assert carriers_of(Settings(), clock) == []
