"""Every role there is, and a session for any of them."""

from __future__ import annotations

from datetime import timedelta

from hub.app import Hub
from hub.backoffice.security.ports import Sessions
from hub.kernel.access import Actor, ActorKind, system
from hub.kernel.commands import Command, CommandBook, Context

ROLES = ("manager", "front_desk", "technician", "accountant", "marketer", "member", "kiosk", "screen", "tablet", "anonymous")
KINDS: dict[str, ActorKind] = {"member": "customer", "kiosk": "device", "screen": "device", "tablet": "device"}


class OpenOne(Command):
    role: str
    who: str
    subject: str | None


async def session_of(hub: Hub, store: str, role: str, who: str | None = None, subject: str | None = None) -> str:
    """A session's token, opened the way that commands open sessions; `subject` narrows its reach."""
    opened: list[str] = []
    book = CommandBook("test")

    @book.handles(OpenOne, permission="anybody", secret=True)
    async def open_one(context: Context, command: OpenOne) -> None:
        actor = Actor(
            KINDS.get(role, "staff"), command.who, store, frozenset({role}), context.chance.id(), subject=command.subject
        )
        sessions: Sessions = context.ports.get(Sessions)  # type: ignore[type-abstract]  # a port is known by its Protocol
        opened.append(await sessions.open(context, actor, lasts=timedelta(hours=1)))

    command = OpenOne(role=role, who=who or hub.chance.id(), subject=subject)
    await hub.door.submit(command, system(store, "test"), hub.chance.id(), book.specs["test.open_one"])
    return opened[0]
