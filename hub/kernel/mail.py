"""Messages to people outside: what is sent, and the seam through which everybody sends.

A message is taken on in the transaction of the change that it tells of, so it goes exactly when the change holds; the outbox
(`hub.kernel.outbox`) then delivers it at least once. Texts hold codes and links: they are sealed at rest and never logged.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.errors import Refused, declare

Channel = Literal["mail", "sms"]

INVALID_ADDRESS = declare("invalid_address", 422)

SUBJECT_MAX, TEXT_MAX = 200, 20_000
ADDRESS_MAX = 254
"""Characters of a mail address (RFC 5321)."""

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?")
_PHONE = re.compile(r"\+[1-9][0-9]{5,14}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class InvalidMessageError(ValueError):
    """An address that nothing can be sent to, or a text that is too long. Says which, never what was given."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person.

    `to` is a mail address, or a phone number in E.164 for `sms`; `good_for` is how long it is worth sending. `owner` is the
    customer whose it is: it is erased with them. Control characters
    and marks of direction in subject and text turn into blanks, so that no line of a header can be forged or read backwards.
    A subject is cut at `SUBJECT_MAX`: a store's long name must not keep a code from its reader.

    Raises:
        InvalidMessageError: `to` is no address of its channel, or the text is too long.
    """

    to: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    channel: Channel = "mail"
    good_for: timedelta = timedelta(days=1)
    owner: str | None = None

    def __post_init__(self) -> None:
        if not (_MAIL if self.channel == "mail" else _PHONE).fullmatch(self.to) or len(self.to) > ADDRESS_MAX:
            raise InvalidMessageError(f"no {self.channel} address")
        if len(self.text) > TEXT_MAX:
            raise InvalidMessageError("the message is too long")
        subject = " ".join(_UNSEEN.sub(" ", self.subject).split())
        # The email package reads encoded words (RFC 2047) in what it is given; Python up to 3.11.9 writes out their line ends.
        subject = subject.replace("=?", "= ?")
        cut = subject if len(subject) <= SUBJECT_MAX else subject[: SUBJECT_MAX - 1].rstrip() + "…"
        object.__setattr__(self, "subject", cut)
        object.__setattr__(self, "text", _UNSEEN.sub(" ", self.text.replace("\r\n", "\n").replace("\r", "\n")))

    def __repr__(self) -> str:
        return f"Message({self.channel})"


def normal_mail_address(written: str) -> str:
    """The address without blanks around it, its domain in lower case. Raises `invalid_address`."""
    address = written.strip()
    if len(address) > ADDRESS_MAX or not _MAIL.fullmatch(address) or ".." in address:
        raise Refused(INVALID_ADDRESS)
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


class Mailer(Protocol):
    """The seam: a port that the composition root fills (`ports.get(Mailer)`)."""

    def carries(self, channel: Channel) -> bool:
        """Whether anything is set up that could deliver on this channel."""
        ...

    async def send(self, message: Message, within: AsyncSession) -> None:
        """Take a message on. It is sent if and when the transaction of `within` commits: in a handler `context.session`,
        in a job or follower `async with database.write(store_id) as session`.

        Raises:
            Refused: `unavailable` where nothing carries the channel.
        """
        ...


class Carrier(Protocol):
    """Brings a message on its way. The same `message_id` may come again after a lost acknowledgement."""

    @property
    def channels(self) -> Collection[Channel]: ...

    async def carry(self, message: Message, message_id: str) -> None:
        """Hand the message over; returns when somebody else is answerable for it.

        Raises:
            UndeliverableError: trying again is of no use.
            Exception: anything else is tried again.
        """
        ...


class UndeliverableError(Exception):
    """The other side has refused this message for good. `args[0]` is its code, such as `550`."""


class MemoryMailer:
    """Keeps what is sent, for tests: at once, without waiting for the commit."""

    def __init__(self, channels: Collection[Channel] = ("mail", "sms")) -> None:
        self.sent: list[Message] = []
        self._channels = channels

    def carries(self, channel: Channel) -> bool:
        return channel in self._channels

    async def send(self, message: Message, within: AsyncSession) -> None:
        self.sent.append(message)


class MemoryCarrier:
    """Keeps what was delivered, for tests of the outbox and of the commit."""

    def __init__(self, channels: Collection[Channel] = ("mail", "sms")) -> None:
        self.channels = channels
        self.delivered: list[tuple[str, Message]] = []
        self.failing: Exception | None = None

    async def carry(self, message: Message, message_id: str) -> None:
        if self.failing is not None:
            raise self.failing
        self.delivered.append((message_id, message))
