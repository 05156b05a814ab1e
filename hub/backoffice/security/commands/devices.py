"""Devices: prepared by a manager, paired once by code or link, named, revoked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import StringConstraints
from sqlalchemy import select

from hub.backoffice.security import throttle
from hub.backoffice.security.commands.book import VERIFIED, commands, device_of, token_index
from hub.backoffice.security.commands.sessions import HOME_OF_KIND, Entry, admit_device
from hub.backoffice.security.commands.sign_in import Source
from hub.backoffice.security.errors import DEVICE_REVOKED, TOO_MANY_TRIES
from hub.backoffice.security.events import DevicePaired, DevicePrepared, DeviceRenamed, DeviceRevoked, PairingRefused
from hub.backoffice.security.ports import sessions, wall_now
from hub.backoffice.security.qr import matrix
from hub.backoffice.security.roles import DeviceKind
from hub.backoffice.security.tables import AttemptRow, DeviceRow, PairingRow
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.text import ShortText

PAIRING_LASTS = timedelta(minutes=10)
CODE_DIGITS = 8

DeviceName = Annotated[ShortText, StringConstraints(min_length=1, max_length=60)]


class PrepareDevice(Command):
    """A chance to pair, for a new device of `kind` or for a known one whose browser forgot its credential."""

    kind: DeviceKind | None = None
    name: DeviceName | None = None
    device_id: Id | None = None
    origin: Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.:\[\]-]{1,200}$")] | None = None
    """Where the new device reaches the hub; what the QR code begins with."""


class PairingOffer(Answer):
    device_id: Id
    code: str
    path: str
    """The one-time link."""
    matrix: list[str]
    """Its QR code, a row of 0 and 1 per line; empty where no origin was given."""
    expires_at: datetime


@commands.handles(
    PrepareDevice,
    permission="security.devices",
    answer=PairingOffer,
    errors=(NOT_FOUND, DEVICE_REVOKED),
    secret=True,
)
async def prepare_device(context: Context, command: PrepareDevice) -> PairingOffer:
    device = await _device_to_pair(context, command)
    for open_one in await context.session.scalars(
        select(PairingRow).where(PairingRow.device_id == device.id, PairingRow.used_at.is_(None))
    ):
        await context.session.delete(open_one)
    code, token = context.chance.code(CODE_DIGITS), context.chance.token()
    expires_at = wall_now(context) + PAIRING_LASTS
    context.session.add(
        PairingRow(
            id=context.chance.id(),
            device_id=device.id,
            code_hash=token_index(context.vault, code, "pairing"),
            token_hash=token_index(context.vault, token, "link"),
            expires_at=expires_at,
            used_at=None,
        )
    )
    context.record(DevicePrepared(device_id=device.id, kind=device.kind))
    path = f"/l/{token}"
    drawn = matrix(command.origin + path) if command.origin else []
    return PairingOffer(device_id=device.id, code=code, path=path, matrix=drawn, expires_at=expires_at)


async def _device_to_pair(context: Context, command: PrepareDevice) -> DeviceRow:
    if command.device_id is not None:
        device = await device_of(context, command.device_id)
        if device.revoked_at is not None:
            raise Refused(DEVICE_REVOKED)
        return device
    if command.kind is None or command.name is None:
        raise Refused(NOT_FOUND, what="device")
    return new_device(context, command.kind, command.name)


def new_device(context: Context, kind: DeviceKind, name: str) -> DeviceRow:
    device = DeviceRow(id=context.chance.id(), kind=kind, name=name, made_at=wall_now(context), paired_at=None, revoked_at=None)
    context.session.add(device)
    return device


class PairDevice(Command):
    """A typed code. `source` is whence it comes (a network address), for counting tries only."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
    source: Source


@commands.handles(PairDevice, permission=VERIFIED, answer=Entry, errors=(TOO_MANY_TRIES,), secret=True)
async def pair_device(context: Context, command: PairDevice) -> Entry:
    buckets = (
        (throttle.bucket(context.vault, "pairing", command.source), throttle.PAIRING),
        (throttle.bucket(context.vault, "pairing"), throttle.PAIRING_ALL),
    )
    counted = [await throttle.count(context, key, limits) for key, limits in buckets]
    attempts = [await context.session.get_one(AttemptRow, attempt_id) for attempt_id in counted]
    digest = token_index(context.vault, command.code, "pairing")
    pairing = await context.session.scalar(select(PairingRow).where(PairingRow.code_hash == digest))
    entry = await admit_by_pairing(context, pairing)
    if entry is None:
        tries = [await throttle.fail(context, attempt) for attempt in attempts]
        context.record(PairingRefused(tries=tries[0]))
        return Entry(outcome="refused")
    await throttle.forgive(context, attempts[0])
    attempts[1].state = "passed"
    return entry


async def admit_by_pairing(context: Context, pairing: PairingRow | None) -> Entry | None:
    """Let the device in and spend the pairing; None when there is none that is still good."""
    if pairing is None or pairing.used_at is not None or pairing.expires_at <= wall_now(context):
        return None
    device = await device_of(context, pairing.device_id)
    if device.revoked_at is not None:
        return None
    pairing.used_at = wall_now(context)
    return await admit(context, device)


async def admit(context: Context, device: DeviceRow) -> Entry:
    kind: DeviceKind = _KINDS[device.kind]
    admitted = await admit_device(context, device, kind)
    context.record(DevicePaired(device_id=device.id, kind=kind))
    return Entry(outcome="entered", passes=[admitted], to=HOME_OF_KIND[kind])


_KINDS: dict[str, DeviceKind] = {kind: kind for kind in HOME_OF_KIND}


class RenameDevice(Command):
    device_id: Id
    name: DeviceName


@commands.handles(RenameDevice, permission="security.devices", errors=(NOT_FOUND,))
async def rename_device(context: Context, command: RenameDevice) -> None:
    device = await device_of(context, command.device_id)
    device.name = command.name
    context.record(DeviceRenamed(device_id=device.id))


class RevokeDevice(Command):
    """A lost or retired device: its credential, and whoever is signed in on it, are out at once."""

    device_id: Id


class Revoked(Answer):
    state: Literal["revoked"] = "revoked"


@commands.handles(RevokeDevice, permission="security.devices", answer=Revoked, errors=(NOT_FOUND,))
async def revoke_device(context: Context, command: RevokeDevice) -> Revoked:
    device = await device_of(context, command.device_id)
    if device.revoked_at is None:
        device.revoked_at = wall_now(context)
        await sessions(context).revoke(context, device_id=device.id)
        context.record(DeviceRevoked(device_id=device.id))
    return Revoked()
