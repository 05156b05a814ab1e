"""Every way in, from the secret as it was typed to a credential: count the try, look at the secret, settle.

Only this module looks at secrets outside a command, and only it sends the commands that take its word for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from hub.backoffice.security import passwords
from hub.backoffice.security.commands.account_mail import AskOwnMail, AskReset
from hub.backoffice.security.commands.book import login_index, login_indexes, token_index
from hub.backoffice.security.commands.codes import Asked
from hub.backoffice.security.commands.customers import AskCode, ChooseCustomer, CustomerEntry, UseCode
from hub.backoffice.security.commands.devices import PairDevice
from hub.backoffice.security.commands.factors import BeginSecondFactor, FactorOffer, OfferSecondFactor, ProveSecondFactor
from hub.backoffice.security.commands.links import UseLink
from hub.backoffice.security.commands.passkeys import (
    ORIGIN_PATTERN,
    AddFirstPasskey,
    AskPasskey,
    Credential,
    OfferFirstPasskey,
    OfferPasskey,
    PasskeyOffer,
    UsePasskey,
)
from hub.backoffice.security.commands.sessions import Entry
from hub.backoffice.security.commands.sign_in import (
    ChangePassword,
    ChooseNewPassword,
    CountTry,
    EndOwnSessions,
    ForgiveTry,
    LeftElsewhere,
    SettleTry,
    digest_of,
)
from hub.backoffice.security.errors import (
    CODE_REFUSED,
    PAIRING_REFUSED,
    PASSKEY_REFUSED,
    PASSKEYS_NOT_HERE,
    WRONG_CODE,
    WRONG_CREDENTIALS,
    WRONG_PASSWORD,
    WRONG_PIN,
)
from hub.backoffice.security.tables import RESET, AccountRow, LinkRow
from hub.kernel.access import Actor
from hub.kernel.commands import Command
from hub.kernel.dispatch import Door
from hub.kernel.errors import NOT_SIGNED_IN, ErrorKind, Refused
from hub.kernel.text import Language


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
        places = login_indexes(self._door.vault, login)
        kept = await self._kept(mark.store_id, AccountRow.login_index.in_(places), AccountRow.password_hash)
        tried = _Try(mark.store_id, "password", kept.account_id if kept else None, index, mark.device_id)
        return await self._by_secret(tried, kept, password)

    async def by_pin(self, tablet: Actor, technician_id: str, pin: str) -> Entry:
        """On a paired tablet. Raises `not_signed_in` on any other device, `wrong_pin` or `too_many_tries`."""
        if tablet.kind != "device" or "tablet" not in tablet.roles:
            raise Refused(NOT_SIGNED_IN)
        kept = await self._kept(tablet.store_id, AccountRow.technician_id == technician_id, AccountRow.pin_hash)
        index = login_index(self._door.vault, technician_id)
        tried = _Try(tablet.store_id, "pin", kept.account_id if kept else None, index, tablet.device_id)
        return await self._by_secret(tried, kept, pin)

    async def by_step(self, mark: Actor, step: str, code: str) -> Entry:
        """The second factor. Raises `wrong_code`, `sign_in_expired` or `too_many_tries`."""
        return await self._entry(mark.store_id, ProveSecondFactor(step=step, code=code, device_id=mark.device_id), WRONG_CODE)

    async def second_factor_offer(self, mark: Actor, step: str) -> FactorOffer:
        """What the authenticator app scans. Raises `sign_in_expired`."""
        return FactorOffer.model_validate(await self._send(mark.store_id, OfferSecondFactor(step=step), mark.device_id))

    async def with_new_password(self, mark: Actor, step: str, password: str) -> Entry:
        """Raises `sign_in_expired` or a refusal of the password."""
        command = ChooseNewPassword(step=step, password=password, device_id=mark.device_id)
        return await self._entry(mark.store_id, command)

    async def change_password(self, person: Actor, present: str, password: str) -> Entry:
        """One's own. Raises `wrong_password`, `too_many_tries` or a refusal of the password."""
        await self._require_present(person, present)
        command = ChangePassword(account_id=person.id, password=password, device_id=person.device_id)
        return await self._entry(person.store_id, command)

    async def own_mail(self, person: Actor, present: str, email: str, language: Language) -> Asked:
        """A code to the mailbox that is to be one's own. Raises like `change_password`, or `invalid_address`."""
        await self._require_present(person, present)
        command = AskOwnMail(account_id=person.id, email=email, language=language)
        return Asked.model_validate(await self._send(person.store_id, command, person.device_id))

    async def own_second_factor_offer(self, person: Actor, present: str) -> FactorOffer:
        """What an authenticator app scans. Raises like `change_password`, or `conflict` where there is one already."""
        await self._require_present(person, present)
        command = BeginSecondFactor(account_id=person.id)
        return FactorOffer.model_validate(await self._send(person.store_id, command, person.device_id))

    async def end_sessions(self, person: Actor, present: str, session_id: str | None) -> LeftElsewhere:
        """One of one's own sessions, or all others. Raises like `change_password`, or `not_found`."""
        await self._require_present(person, present)
        command = EndOwnSessions(account_id=person.id, here=person.session_id or "", session_id=session_id)
        return LeftElsewhere.model_validate(await self._send(person.store_id, command, person.device_id))

    async def forgotten(self, mark: Actor, login: str, source: str) -> None:
        """A link by mail, if anybody has this log-in and an address. Raises `too_many_tries`."""
        await self._send(mark.store_id, AskReset(login=login, source=source, device_id=mark.device_id), mark.device_id)

    async def passkey_offer(self, person: Actor, present: str, origin: str) -> PasskeyOffer:
        """What a further passkey of one's own is made of. Raises like `change_password`, or `passkeys_not_here`."""
        await self._require_present(person, present)
        return await self._offer(person, OfferPasskey(account_id=person.id, origin=_page(origin)))

    async def first_passkey_offer(self, mark: Actor, step: str, origin: str) -> PasskeyOffer:
        """Raises `sign_in_expired` or `passkeys_not_here`."""
        return await self._offer(mark, OfferFirstPasskey(step=step, origin=_page(origin)))

    async def first_passkey(self, mark: Actor, step: str, name: str, credential: Credential) -> Entry:
        """Raises `sign_in_expired` or `passkey_refused`."""
        command = AddFirstPasskey(step=step, name=name, credential=credential, device_id=mark.device_id)
        return await self._entry(mark.store_id, command, PASSKEY_REFUSED)

    async def passkey_challenge(self, mark: Actor, origin: str, source: str, step: str | None) -> PasskeyOffer:
        """Raises `passkeys_not_here`, `too_many_tries` or `sign_in_expired`."""
        command = AskPasskey(origin=_page(origin), source=source, device_id=mark.device_id, step=step)
        return await self._offer(mark, command)

    async def by_passkey(self, mark: Actor, credential: Credential, source: str, step: str | None) -> Entry:
        """Alone, or as the second factor of a step. Raises `passkey_refused`, `too_many_tries` or `sign_in_expired`."""
        command = UsePasskey(credential=credential, device_id=mark.device_id, source=source, step=step)
        return await self._entry(mark.store_id, command, PASSKEY_REFUSED)

    async def code(self, mark: Actor, phone: str | None, email: str | None, language: Language, source: str) -> Asked:
        """A code to a customer's phone or mailbox. Raises `invalid_phone`, `invalid_address` or `too_many_tries`."""
        command = AskCode(phone=phone, email=email, language=language, source=source, device_id=mark.device_id)
        return Asked.model_validate(await self._send(mark.store_id, command, mark.device_id))

    async def by_code(self, mark: Actor, token: str, code: str, source: str) -> CustomerEntry:
        """Raises `code_refused` or `too_many_tries`."""
        command = UseCode(token=token, code=code, source=source, device_id=mark.device_id)
        entry = CustomerEntry.model_validate(await self._send(mark.store_id, command, mark.device_id))
        if entry.outcome == "refused":
            raise Refused(CODE_REFUSED)
        return entry

    async def as_customer(self, mark: Actor, token: str, customer_id: str) -> CustomerEntry:
        """Raises `code_refused` or `not_found`."""
        command = ChooseCustomer(token=token, customer_id=customer_id, device_id=mark.device_id)
        return CustomerEntry.model_validate(await self._send(mark.store_id, command, mark.device_id))

    async def by_pairing_code(self, mark: Actor, code: str, source: str) -> Entry:
        """Raises `pairing_refused` or `too_many_tries`."""
        return await self._entry(mark.store_id, PairDevice(code=code, source=source), PAIRING_REFUSED)

    async def is_for_another(self, person: Actor, token: str) -> bool:
        """Whether a link that people hand or mail to each other would put somebody else in the place of who is signed in."""
        if person.kind != "staff":
            return False
        digest = token_index(self._door.vault, token, "link")
        async with self._door.database.read(person.store_id) as session:
            link = await session.scalar(select(LinkRow).where(LinkRow.token_hash == digest, LinkRow.used_at.is_(None)))
        return link is not None and link.screen == RESET and link.account_id not in (None, person.id)

    async def by_link(self, mark: Actor, token: str) -> Entry:
        """Raises `link_spent`."""
        return await self._entry(mark.store_id, UseLink(token=token, device_id=mark.device_id))

    async def _require_present(self, person: Actor, present: str) -> None:
        """Whoever is signed in shows their password again. Raises `not_signed_in`, `wrong_password` or `too_many_tries`."""
        if person.kind != "staff":
            raise Refused(NOT_SIGNED_IN)
        kept = await self._kept(person.store_id, AccountRow.id == person.id, AccountRow.password_hash)
        tried = _Try(person.store_id, "password", person.id, login_index(self._door.vault, person.id), person.device_id)
        attempt_id, held = await self._count(tried), kept.secret_hash if kept else None
        if not await passwords.fits(held, present):
            await self._settle(tried, attempt_id, digest_of(held), right=False, refusal=WRONG_PASSWORD)
        shown = ForgiveTry(attempt_id=attempt_id, account_id=person.id, seen=digest_of(held))
        await self._send(person.store_id, shown, person.device_id)

    async def _offer(self, actor: Actor, command: Command) -> PasskeyOffer:
        return PasskeyOffer.model_validate(await self._send(actor.store_id, command, actor.device_id))

    async def _kept(self, store_id: str, found: Any, secret: Any) -> _Kept | None:
        async with self._door.database.read(store_id) as session:
            row = (await session.execute(select(AccountRow.id, secret).where(found))).one_or_none()
        return _Kept(row[0], row[1]) if row else None

    async def _by_secret(self, tried: _Try, kept: _Kept | None, secret: str) -> Entry:
        attempt_id = await self._count(tried)
        held = kept.secret_hash if kept else None
        right = await passwords.fits(held, secret)
        refusal = WRONG_PIN if tried.means == "pin" else WRONG_CREDENTIALS
        return await self._settle(tried, attempt_id, digest_of(held), right=right, refusal=refusal)

    async def _count(self, tried: _Try) -> str:
        command = CountTry(means=tried.means, account_id=tried.account_id, login_index=tried.index, device_id=tried.device_id)
        return str((await self._send(tried.store_id, command, tried.device_id))["attempt_id"])

    async def _settle(self, tried: _Try, attempt_id: str, seen: str, *, right: bool, refusal: ErrorKind) -> Entry:
        command = SettleTry(
            attempt_id=attempt_id,
            account_id=tried.account_id,
            means=tried.means,
            device_id=tried.device_id,
            right=right,
            seen=seen,
        )
        return await self._entry(tried.store_id, command, refusal)

    async def _entry(self, store_id: str, command: Any, refusal: ErrorKind = WRONG_CREDENTIALS) -> Entry:
        entry = Entry.model_validate(await self._send(store_id, command, getattr(command, "device_id", None)))
        if entry.outcome == "refused":
            raise Refused(refusal)
        return entry

    async def _send(self, store_id: str, command: Command, device_id: str | None) -> dict[str, Any]:
        porter = Actor("system", "entrance", store_id, frozenset({"system"}), device_id)
        return (await self._door.submit(command, porter, self._door.chance.id())).result


def _page(origin: str) -> str:
    """A page's origin as its browser said. Raises `passkeys_not_here` where it said none that could be one."""
    if not re.fullmatch(ORIGIN_PATTERN, origin):
        raise Refused(PASSKEYS_NOT_HERE)
    return origin
