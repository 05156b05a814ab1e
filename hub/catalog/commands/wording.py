"""A store's own words instead of the product's."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import select

from hub.catalog.commands.book import commands
from hub.catalog.events import WordingDropped, WordingPut
from hub.catalog.queries import own_texts
from hub.catalog.tables import WordingRow
from hub.catalog.wording import REFUSALS, OwnText, check, digest_of, known_text
from hub.kernel.commands import Command, Context
from hub.kernel.product_texts import SETTING
from hub.kernel.tables import Store
from hub.kernel.text import Language, Note

MessageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,99}$")]


class PutWording(Command):
    """The store's own words for one of the product's texts, in Fluent's syntax; the product's very text drops them."""

    language: Language
    message_id: MessageId
    text: Note


class DropWording(Command):
    """Back to the product's text."""

    language: Language
    message_id: MessageId


@commands.handles(PutWording, permission="catalog.edit", errors=REFUSALS)
async def put_wording(context: Context, command: PutWording) -> None:
    own = OwnText(command.language, command.message_id, command.text)
    check(own)
    if own.text == known_text(own.id).pattern(own.language):
        await _drop_wording(context, command.language, command.message_id)
        return
    row = await _wording(context, command.language, command.message_id)
    if row is not None and row.text == own.text:
        return
    if row is None:
        context.session.add(WordingRow(language=own.language, message_id=own.id, text=own.text))
    else:
        row.text = own.text
    await _note_wording(context)
    context.record(WordingPut(language=own.language, message_id=own.id))


@commands.handles(DropWording, permission="catalog.edit")
async def drop_wording(context: Context, command: DropWording) -> None:
    await _drop_wording(context, command.language, command.message_id)


async def _wording(context: Context, language: Language, message_id: str) -> WordingRow | None:
    asked = select(WordingRow).where(WordingRow.language == language, WordingRow.message_id == message_id)
    return (await context.session.scalars(asked)).one_or_none()


async def _drop_wording(context: Context, language: Language, message_id: str) -> None:
    row = await _wording(context, language, message_id)
    if row is None:
        return
    await context.session.delete(row)
    await _note_wording(context)
    context.record(WordingDropped(language=language, message_id=message_id))


async def _note_wording(context: Context) -> None:
    """Tell the version of the store's words among its settings, which every view reads anyway."""
    await context.session.flush()
    store = (await context.session.scalars(select(Store).where(Store.id == context.store.id))).one()
    digest = digest_of(await own_texts(context.session))
    rest = {name: value for name, value in store.settings.items() if name != SETTING}
    store.settings = rest if digest is None else {**rest, SETTING: digest}
