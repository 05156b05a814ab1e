"""The words of one form, for whoever hands a customer the pad: the newest version, which is the one that is signed."""

from __future__ import annotations

from displays.touching import FLOOR_FACTS
from hub.catalog.queries import consent_forms
from hub.gateway.screens import Params, Reading, Screen, View, head_of
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.text import Bilingual, Code


class ConsentFormParams(Params):
    code: Code


class ConsentFormView(View):
    form: str
    version: int
    name: Bilingual
    text: Bilingual


async def read(reading: Reading, params: ConsentFormParams) -> ConsentFormView:
    found = (await consent_forms(reading.session)).get(params.code)
    if found is None:
        raise Refused(NOT_FOUND, what="form")
    return ConsentFormView(
        store=head_of(reading.store), form=found.code, version=found.version, name=found.name, text=found.text
    )


screen = Screen(
    name="consent-form",
    permission="floor.sign",
    params=ConsentFormParams,
    view=ConsentFormView,
    read=read,
    touched_by=frozenset(fact for fact in FLOOR_FACTS if fact.event_type == "catalog.consent_form_put"),
    audience=lambda actor, params: params.code,
    errors=(NOT_FOUND,),
)
