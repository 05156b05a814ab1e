"""Every way in, from the secret as it was typed to a credential: count the try, look at the secret, settle.

Only this module looks at secrets outside a command, and only it sends the commands that take its word for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from hub.backoffice.security import passwords
from hub.backoffice.security.commands.book import login_index
from hub.backoffice.security.commands.devices import PairDevice
from hub.backoffice.security.commands.factors import FactorOffer, OfferSecondFactor, ProveSecondFactor
from hub.backoffice.security.commands.links import UseLink
from hub.backoffice.security.commands.sessions import Entry
from hub.backoffice.security.commands.sign_in import (
    ChangePassword,
    ChooseNewPassword,
    CountTry,
    ForgiveTry,
    SettleTry,
)
from hub.backoffice.security.errors import PAIRING_REFUSED, WRONG_CREDENTIALS
from hub.backoffice.security.tables import AccountRow
from hub.kernel.access import Actor
from hub.kernel.commands import Command
from hub.kernel.dispatch import Door
from hub.kernel.errors import NOT_SIGNED_IN, ErrorKind, Refused


@dataclass(frozen=True, slots=True)
class _Kept:
    account_id: str
    secret_hash: str | None


@dataclass(frozen=True, slots=True)
class _Try:
    """Who is said to come, how, and from where. `index` stands for the account where there is none."""

    store_id: str
    means: Literal["password", "pin"]
    account_id: str | None
    index: str
    device_id: str | None


class Entrance:
    """The ways in. `mark` is nobody yet: it says which store, and the browser's mark where it has one."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def by_password(self, mark: Actor, login: str, password: str) -> Entry:
        """Raises `wrong_credentials` or `too_many_tries`."""
        index = login_index(self._door.vault, login)
        kept = await self._kept(mark.store_id, AccountRow.login_index, index, AccountRow.password_hash)
        tried = _Try(mark.store_id, "password", kept.account_id if kept else None, index, mark.device_id)
        return await self._by_secret(tried, kept, password)

    async def by_pin(self, tablet: Actor, technician_id: str, pin: str) -> Entry:
        """On a paired tablet. Raises `not_signed_in` on any other device, `wrong_credentials` or `too_many_tries`."""
        if tablet.kind != "device" or "tablet" not in tablet.roles:
            raise Refused(NOT_SIGNED_IN)
        kept = await self._kept(tablet.store_id, AccountRow.technician_id, technician_id, AccountRow.pin_hash)
        index = login_index(self._door.vault, technician_id)
        tried = _Try(tablet.store_id, "pin", kept.account_id if kept else None, index, tablet.device_id)
        return await self._by_secret(tried, kept, pin)

    async def by_step(self, mark: Actor, step: str, code: str) -> Entry:
        """The second factor. Raises `wrong_credentials`, `sign_in_expired` or `too_many_tries`."""
        return await self._entry(mark.store_id, ProveSecondFactor(step=step, code=code, device_id=mark.device_id))

    async def second_factor_offer(self, mark: Actor, step: str) -> FactorOffer:
        """What the authenticator app scans. Raises `sign_in_expired`."""
        return FactorOffer.model_validate(await self._send(mark.store_id, OfferSecondFactor(step=step), mark.device_id))

    async def with_new_password(self, mark: Actor, step: str, password: str) -> Entry:
        """Raises `sign_in_expired` or a refusal of the password."""
        command = ChooseNewPassword(step=step, password=password, device_id=mark.device_id)
        return await self._entry(mark.store_id, command)

    async def change_password(self, person: Actor, present: str, password: str) -> Entry:
        """One's own. Raises `wrong_credentials`, `too_many_tries` or a refusal of the password."""
        if person.kind != "staff":
            raise Refused(NOT_SIGNED_IN)
        kept = await self._kept(person.store_id, AccountRow.id, person.id, AccountRow.password_hash)
        index = login_index(self._door.vault, person.id)
        tried = _Try(person.store_id, "password", person.id, index, person.device_id)
        attempt_id = await self._count(tried)
        if not await passwords.fits(kept.secret_hash if kept else None, present):
            return await self._settle(tried, attempt_id, right=False)
        await self._send(person.store_id, ForgiveTry(attempt_id=attempt_id), person.device_id)
        command = ChangePassword(account_id=person.id, password=password, device_id=person.device_id)
        return await self._entry(person.store_id, command)

    async def by_pairing_code(self, mark: Actor, code: str, source: str) -> Entry:
        """Raises `pairing_refused` or `too_many_tries`."""
        return await self._entry(mark.store_id, PairDevice(code=code, source=source), PAIRING_REFUSED)

    async def by_link(self, mark: Actor, token: str) -> Entry:
        """Raises `link_spent`."""
        return await self._entry(mark.store_id, UseLink(token=token, device_id=mark.device_id))

    async def _kept(self, store_id: str, column: Any, value: str, secret: Any) -> _Kept | None:
        async with self._door.database.read(store_id) as session:
            row = (await session.execute(select(AccountRow.id, secret).where(column == value))).one_or_none()
        return _Kept(row[0], row[1]) if row else None

    async def _by_secret(self, tried: _Try, kept: _Kept | None, secret: str) -> Entry:
        attempt_id = await self._count(tried)
        right = await passwords.fits(kept.secret_hash if kept else None, secret)
        return await self._settle(tried, attempt_id, right=right)

    async def _count(self, tried: _Try) -> str:
        command = CountTry(means=tried.means, account_id=tried.account_id, login_index=tried.index, device_id=tried.device_id)
        return str((await self._send(tried.store_id, command, tried.device_id))["attempt_id"])

    async def _settle(self, tried: _Try, attempt_id: str, *, right: bool) -> Entry:
        command = SettleTry(
            attempt_id=attempt_id,
            account_id=tried.account_id,
            means=tried.means,
            device_id=tried.device_id,
            right=right,
        )
        return await self._entry(tried.store_id, command)

    async def _entry(self, store_id: str, command: Any, refusal: ErrorKind = WRONG_CREDENTIALS) -> Entry:
        entry = Entry.model_validate(await self._send(store_id, command, getattr(command, "device_id", None)))
        if entry.outcome == "refused":
            raise Refused(refusal)
        return entry

    async def _send(self, store_id: str, command: Command, device_id: str | None) -> dict[str, Any]:
        porter = Actor("system", "entrance", store_id, frozenset({"system"}), device_id)
        return (await self._door.submit(command, porter, self._door.chance.id())).result
