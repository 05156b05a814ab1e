"""Text in the two languages of the house, and limits on what people may type."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from hub.kernel.card_numbers import no_card_number

Language = Literal["zh", "en"]


def language_of(code: str) -> Language:
    """What is kept as a code of two letters; Chinese where it is none of ours."""
    return "en" if code == "en" else "zh"


def summary_of(model: type) -> str:
    """The first paragraph of what the model says of itself, on one line; empty where its name says it all."""
    return " ".join((model.__doc__ or "").strip().partition("\n\n")[0].split())


class Bilingual(BaseModel):
    """The same words in Chinese and in English; the browser shows one of them."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str


def _no_control_characters(value: str) -> str:
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in value):
        raise ValueError("control characters are not text")
    return unicodedata.normalize("NFC", value)


_TAME = AfterValidator(_no_control_characters)
"""Last, so that what is counted has been stripped: blanks are no name."""

Text = Annotated[str, _TAME]
_NO_CARD = AfterValidator(no_card_number)

NAME_CHARACTERS_MAX = 200
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_CHARACTERS_MAX), _TAME, _NO_CARD]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), _TAME, _NO_CARD]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), _TAME, _NO_CARD]


Code = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
"""The store's own short name of a service, person or place, as it stands on its lists."""


NaturalKey = Annotated[Text, StringConstraints(min_length=1, max_length=200)]
"""What names a fact in the system that it was brought in from; equal for equal facts."""


class BilingualName(Bilingual):
    """A name as commands take it: both languages, neither empty."""

    zh: Name
    en: Name


class Said(BaseModel):
    """A sentence as data: a message id of the .ftl files and what is filled in.

    Values are numbers, texts, ISO times, or bilingual texts from which the browser picks."""

    model_config = ConfigDict(frozen=True)

    code: str
    params: dict[str, str | int | float | Bilingual | None] = {}
