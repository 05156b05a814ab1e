"""What the sign-in page and a tablet without a technician show: who is here already, and whose faces may take the tablet."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from displays.security.facts import SECURITY_FACTS
from displays.security.looking import Who, audience_of, who_looks
from displays.touching import FLOOR_FACTS
from hub.backoffice.security import queries
from hub.backoffice.security.passkeys import relying_party
from hub.backoffice.security.passwords import SHORTEST, Policy, policy_of
from hub.backoffice.security.ports import address_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.mail import Mailer
from hub.kernel.text import Bilingual
from hub.operations.team.queries import technicians


class Face(BaseModel):
    """A technician who has a PIN."""

    model_config = ConfigDict(frozen=True)

    technician_id: str
    name: Bilingual
    code: str


class SignInView(View):
    who: Who | None
    is_tablet: bool
    can_mail: bool
    """A forgotten password can be chosen anew by mail."""
    passkey_address: str
    """Where browsers have passkeys: the store's https address; empty where it has none (this machine itself always works)."""
    policy: Policy
    shortest: int
    """Characters that a password needs."""
    faces: list[Face]
    """Only on a paired tablet: strangers do not learn who works here."""


async def read(reading: Reading, params: NoParams) -> SignInView:
    is_tablet = "tablet" in reading.actor.roles
    base = address_of(reading.ports).base()
    mailer: Mailer = reading.ports.get(Mailer)  # type: ignore[type-abstract]  # the port is found by its Protocol
    policy = policy_of(reading.store.settings.get("password_policy"))
    return SignInView(
        store=head_of(reading.store),
        who=await who_looks(reading),
        is_tablet=is_tablet,
        can_mail=mailer.carries("mail"),
        passkey_address=base if relying_party(base, base) else "",
        policy=policy,
        shortest=SHORTEST[policy],
        faces=await _faces(reading) if is_tablet else [],
    )


async def _faces(reading: Reading) -> list[Face]:
    with_pin = await queries.technicians_with_pin(reading.session)
    team = await technicians(reading.session, active=True)
    return [Face(technician_id=t.id, name=t.name, code=t.code) for t in team if t.id in with_pin]


screen = Screen(
    name="sign-in",
    permission="screen.sign_in",
    params=NoParams,
    view=SignInView,
    read=read,
    touched_by=SECURITY_FACTS | FLOOR_FACTS,
    audience=lambda actor, params: audience_of(actor),
)
