"""One-time links: made on the server's own command line, opened once in the browser that they are for."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import StringConstraints, model_validator
from sqlalchemy import select

from hub.backoffice.security.commands.book import VERIFIED, account_of, commands, token_index
from hub.backoffice.security.commands.devices import DeviceName, admit, admit_by_pairing, new_device
from hub.backoffice.security.commands.sessions import Entry, enter, go_on
from hub.backoffice.security.commands.sign_in import Token
from hub.backoffice.security.errors import LINK_SPENT
from hub.backoffice.security.events import LinkMade, LinkUsed
from hub.backoffice.security.ports import wall_now
from hub.backoffice.security.roles import DeviceKind, takes_tablets
from hub.backoffice.security.tables import RESET, LinkRow, PairingRow
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id

LINK_LASTS = timedelta(hours=24)

Path = Annotated[str, StringConstraints(pattern=r"^/[a-z0-9-]*$", max_length=60)]


class MakeLink(Command):
    """A link that signs `account_id` in, or pairs a new device of `device_kind`, and opens `to`.

    A technician's tablet may be both: paired, and taken by its technician.
    """

    screen: Annotated[str, StringConstraints(pattern=r"^[a-z-]+$", max_length=40)]
    to: Path
    account_id: Id | None = None
    device_kind: DeviceKind | None = None
    device_name: DeviceName | None = None
    """Without one the screens show what kind of device it is."""

    @model_validator(mode="after")
    def _for_a_person_or_a_device(self) -> MakeLink:
        if self.device_kind is None and self.account_id is None:
            raise ValueError("a link is for an account or a device")
        if self.account_id is not None and self.device_kind not in {None, "technician_tablet"}:
            raise ValueError("nobody signs in on such a device")
        return self


class LinkAnswer(Answer):
    path: str


@commands.handles(MakeLink, permission=VERIFIED, answer=LinkAnswer, errors=(NOT_FOUND,), secret=True)
async def make_link(context: Context, command: MakeLink) -> LinkAnswer:
    if command.account_id is not None:
        await account_of(context, command.account_id)
    token = context.chance.token()
    row = LinkRow(
        id=context.chance.id(),
        token_hash=token_index(context.vault, token, "link"),
        screen=command.screen,
        to=command.to,
        account_id=command.account_id,
        device_kind=command.device_kind,
        device_name=command.device_name,
        expires_at=wall_now(context) + LINK_LASTS,
        used_at=None,
    )
    context.session.add(row)
    context.record(LinkMade(link_id=row.id, screen=row.screen))
    return LinkAnswer(path=f"/l/{token}")


class UseLink(Command):
    """Opened in a browser; `device_id` is the mark that it already carries."""

    token: Token
    device_id: Id | None


@commands.handles(UseLink, permission=VERIFIED, answer=Entry, errors=(LINK_SPENT, NOT_FOUND), secret=True)
async def use_link(context: Context, command: UseLink) -> Entry:
    """Of two browsers that open it at once one wins: commands of a store pass one after the other."""
    digest = token_index(context.vault, command.token, "link")
    link = await context.session.scalar(select(LinkRow).where(LinkRow.token_hash == digest))
    if link is None:
        pairing = await context.session.scalar(select(PairingRow).where(PairingRow.token_hash == digest))
        entry = await admit_by_pairing(context, pairing)
        if entry is None:
            raise Refused(LINK_SPENT)
        return entry
    if link.used_at is not None or link.expires_at <= wall_now(context):
        raise Refused(LINK_SPENT)
    link.used_at = wall_now(context)
    entry = await _enter_by(context, link, command.device_id)
    if entry.outcome == "refused":
        raise Refused(LINK_SPENT)
    context.record(LinkUsed(link_id=link.id, screen=link.screen))
    return entry.model_copy(update={"to": link.to})


async def _enter_by(context: Context, link: LinkRow, device_id: str | None) -> Entry:
    device = new_device(context, _kind(link), link.device_name or "") if link.device_kind else None
    admitted = await admit(context, device) if device else None
    if link.account_id is None:
        return admitted or Entry(outcome="refused")
    account = await account_of(context, link.account_id)
    if not account.active or (device is not None and not takes_tablets(account.technician_id, account.roles)):
        raise Refused(LINK_SPENT)
    if link.screen == RESET:
        account.must_change_password = True
    if device is None or admitted is None:
        return await go_on(context, account, means="link", device_id=device_id)
    entry = await enter(context, account, means="link", device_id=device.id, on_tablet=True)
    return entry.model_copy(update={"passes": [*admitted.passes, *entry.passes]})


def _kind(link: LinkRow) -> DeviceKind:
    kind: DeviceKind = link.device_kind  # type: ignore[assignment]  # written by MakeLink alone
    return kind
