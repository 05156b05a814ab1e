"""Ways out of the house: SMTP, the spool of an SMS modem, and a folder for the demo and for looking at."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal, Protocol

import aiosmtplib

from hub.kernel.clock import Clock
from hub.kernel.mail import Carrier, Channel, Message, UndeliverableError

SMTP_SECONDS = 20.0
"""For the whole conversation with the mail server; then it is tried again."""

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in. `tls` is TLS from the first byte (465), `starttls` demands the upgrade (587)."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"SmtpServer({self.host}:{self.port})"


def written(message: Message, message_id: str, sender: str, clock: Clock) -> EmailMessage:
    """The mail as it goes out; `message_id` makes a second copy recognisable (RFC 5322)."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2].rstrip('>') or 'salon-hub.invalid'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail


class Smtp:
    """Hands mail in at a server; refuses to give a password over an unprotected line."""

    channels: tuple[Channel, ...] = ("mail",)

    def __init__(self, server: SmtpServer, clock: Clock, seconds: float = SMTP_SECONDS) -> None:
        if server.password and server.security == "none":
            raise ValueError("a mail password is not sent without TLS")
        self._server = server
        self._clock = clock
        self._seconds = seconds

    async def carry(self, message: Message, message_id: str) -> None:
        server = self._server
        mail = written(message, message_id, server.sender, self._clock)
        try:
            async with asyncio.timeout(self._seconds):
                await aiosmtplib.send(
                    mail,
                    hostname=server.host,
                    port=server.port,
                    username=server.user or None,
                    password=server.password or None,
                    use_tls=server.security == "tls",
                    start_tls=server.security == "starttls",
                    timeout=self._seconds,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            _for_good(error.recipients[0].code, error)
        except aiosmtplib.SMTPAuthenticationError:
            raise  # the house's own mistake, which it may mend
        except aiosmtplib.SMTPResponseException as error:
            _for_good(error.code, error)


def _for_good(code: int, error: Exception) -> None:
    """5xx is a refusal for good, 4xx one for now (RFC 5321, 4.2.1)."""
    if 500 <= code < 600:
        raise UndeliverableError(str(code)) from None
    raise error


class SmsSpool:
    """Files for the outgoing folder of SMS Server Tools 3, which drives a USB modem: no internet needed.

    Format: header lines, an empty line, the text; other than ASCII as UCS-2 big endian, which every version reads.
    """

    channels: tuple[Channel, ...] = ("sms",)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def carry(self, message: Message, message_id: str) -> None:
        await asyncio.to_thread(_put, self._folder, f"hub-{message_id}", spooled(message))


def spooled(message: Message) -> bytes:
    """The file of one short message. The number goes without its plus."""
    plain = message.text.isascii()
    head = f"To: {message.to.lstrip('+')}\nAlphabet: {'ISO' if plain else 'UCS'}\n\n".encode("ascii")
    return head + message.text.encode("ascii" if plain else "utf-16-be")


class Folder:
    """Every message as a file: mails as .eml, which any mail program opens, short messages as the modem would get them."""

    channels: tuple[Channel, ...] = ("mail", "sms")

    def __init__(self, folder: Path, sender: str, clock: Clock) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock

    async def carry(self, message: Message, message_id: str) -> None:
        name = f"{self._clock.now():%Y%m%dT%H%M%S}-{message_id}"
        if message.channel == "mail":
            content = bytes(written(message, message_id, self._sender, self._clock))
            await asyncio.to_thread(_put, self._folder, f"{name}.eml", content)
        else:
            await asyncio.to_thread(_put, self._folder, f"{name}.sms", spooled(message))


def _put(folder: Path, name: str, content: bytes) -> None:
    """Whole or not at all: a reader of the folder must never see half a file. Not for others' eyes."""
    folder.mkdir(parents=True, exist_ok=True)
    half = folder.parent / f".{folder.name}.{name}.part"
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o660)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(folder / name)


class Ways(Protocol):
    """What the house has set up (`hub.settings`)."""

    smtp_host: str
    smtp_port: int
    smtp_security: Security
    smtp_user: str
    smtp_password: str
    smtp_password_file: Path | None
    mail_from: str
    sms_spool: Path | None
    mail_folder: Path | None


def carriers_of(ways: Ways, clock: Clock) -> list[Carrier]:
    """The carriers that the settings name, best first; none where nothing is set up."""
    carriers: list[Carrier] = []
    if ways.smtp_host:
        file = ways.smtp_password_file
        password = file.read_text().strip() if file else ways.smtp_password
        sender = ways.mail_from or ways.smtp_user
        server = SmtpServer(ways.smtp_host, ways.smtp_port, ways.smtp_security, sender, ways.smtp_user, password)
        carriers.append(Smtp(server, clock))
    if ways.sms_spool:
        carriers.append(SmsSpool(ways.sms_spool))
    if ways.mail_folder:
        carriers.append(Folder(ways.mail_folder, ways.mail_from or "hub@salon-hub.invalid", clock))
    return carriers
