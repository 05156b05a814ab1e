"""A store's own words instead of the product's: what may be written in place of a text.

Texts are patterns in Project Fluent's syntax (https://projectfluent.org), such as `Hello { $name }`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from fluent.syntax import FluentParser, FluentSerializer, ast
from fluent.syntax.serializer import serialize_expression
from fluent.syntax.visitor import Visitor

from hub.kernel.errors import Refused, declare
from hub.kernel.product_texts import LANGUAGES, ProductText, product_texts
from hub.kernel.text import Language

PLACEABLES_MAX = 100
"""What browsers fill in at most in one text (`@fluent/bundle`)."""
NESTED_MAX = 10

WORDING_UNKNOWN_TEXT = declare("wording_unknown_text", 422)
WORDING_UNREADABLE = declare("wording_unreadable", 422)
WORDING_EMPTY = declare("wording_empty", 422)
WORDING_REFERS = declare("wording_refers", 422)
WORDING_VARIABLE_UNKNOWN = declare("wording_variable_unknown", 422)
WORDING_VARIABLE_MISSING = declare("wording_variable_missing", 422)
WORDING_NOT_OFFERED = declare("wording_not_offered", 422)

_LINE_BEGINS = re.compile(r"((?:\A|(?<=\n)) *[^\S\n ][^\S\n]*)")
"""More than plain spaces where a line begins."""

REFUSALS = (
    WORDING_UNKNOWN_TEXT,
    WORDING_UNREADABLE,
    WORDING_EMPTY,
    WORDING_REFERS,
    WORDING_VARIABLE_UNKNOWN,
    WORDING_VARIABLE_MISSING,
    WORDING_NOT_OFFERED,
)


@dataclass(frozen=True, slots=True)
class Filling:
    """What a text fills in. `offered`: the expressions that may stand in braces, such as `$name` or `TIME($at)`."""

    variables: frozenset[str]
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnText:
    """What a store says in place of the text `id`."""

    language: Language
    id: str
    text: str


def known_text(message_id: str) -> ProductText:
    """Raises `wording_unknown_text`."""
    found = product_texts().get(message_id)
    if found is None:
        raise Refused(WORDING_UNKNOWN_TEXT, id=message_id)
    return found


def check(own: OwnText) -> ast.Pattern:
    """The pattern of a text that fills in exactly what the product's text does, by the same functions.

    Raises:
        Refused: one of `REFUSALS`.
    """
    filling = filling_of(known_text(own.id))
    if not own.text:
        raise Refused(WORDING_EMPTY)
    pattern = parsed(own.text)
    told = _told(pattern)
    if told.references:
        raise Refused(WORDING_REFERS, name=told.references[0])
    if not told.says_something:
        raise Refused(WORDING_EMPTY)
    if unknown := sorted(told.variables - filling.variables):
        raise Refused(WORDING_VARIABLE_UNKNOWN, variable=unknown[0])
    if missing := sorted(filling.variables - told.variables):
        raise Refused(WORDING_VARIABLE_MISSING, variable=missing[0])
    if strange := [each for each in told.expressions if each not in filling.offered]:
        raise Refused(WORDING_NOT_OFFERED, expression=strange[0])
    return pattern


def fault_of(own: OwnText) -> Refused | None:
    """Why a text that is kept can no longer be shown: the product's text is another one since an upgrade."""
    try:
        check(own)
    except Refused as refused:
        return refused
    return None


@lru_cache(maxsize=8_192)
def filling_of(text: ProductText) -> Filling:
    """What the product's text fills in, in either language: one may leave to its grammar what the other spells out."""
    told = [_told(parsed(text.pattern(language))) for language in LANGUAGES]
    offered = dict.fromkeys(expression for each in told for expression in each.expressions)
    return Filling(frozenset().union(*(each.variables for each in told)), tuple(offered))


def parsed(text: str) -> ast.Pattern:
    """The text as one pattern that stays the same when it is written down and read again.

    Raises:
        Refused: `wording_unreadable` with the line, from 1, that cannot be read.
    """
    line = _line_of_excess(text)
    if line is not None:
        raise Refused(WORDING_UNREADABLE, line=line)
    is_block = "\n" in text
    head = "x =\n    " if is_block else "x = "
    source = head + text.replace("\n", "\n    ") + "\n"
    body = FluentParser().parse(source).body
    entry = body[0] if len(body) == 1 else None
    if not isinstance(entry, ast.Message) or entry.value is None or entry.attributes or entry.comment is not None:
        # A text that cannot even begin is given up at the line of its name.
        raise Refused(WORDING_UNREADABLE, line=max(1, _junk_line(source, body) - is_block))
    _spell_out(entry.value)
    again = FluentParser().parse(_entry("x", entry.value)).body
    if len(again) != 1 or not entry.equals(again[0]) or not _is_tame(entry.value):
        raise Refused(WORDING_UNREADABLE, line=1)
    return entry.value


def resource(patterns: Mapping[str, ast.Pattern]) -> str:
    """Patterns by id as a Fluent file."""
    return "".join(_entry(name, pattern) for name, pattern in patterns.items())


def sources(texts: Iterable[OwnText]) -> dict[Language, str]:
    """A store's texts as one Fluent file per language, without those that no longer fit the product's."""
    patterns: dict[Language, dict[str, ast.Pattern]] = {language: {} for language in LANGUAGES}
    for own in texts:
        try:
            patterns[own.language][own.id] = check(own)
        except Refused:
            continue
    return {language: resource(found) for language, found in patterns.items()}


def digest_of(texts: Iterable[OwnText]) -> str | None:
    """Sixteen hexadecimal digits, the same for the same texts in any order; None: there are none."""
    spelled = sorted((own.language, own.id, own.text) for own in texts)
    return blake2b(repr(spelled).encode(), digest_size=8).hexdigest() if spelled else None


def _spell_out(pattern: ast.Pattern) -> None:
    """Put tabs and wide spaces where a line begins into literals: `@fluent/bundle` takes them for the end of the text."""
    elements: list[ast.TextElement | ast.Placeable] = []
    for element in pattern.elements:
        if isinstance(element, ast.Placeable):
            for variant in getattr(element.expression, "variants", ()):
                _spell_out(variant.value)
            elements.append(element)
            continue
        for number, part in enumerate(_LINE_BEGINS.split(element.value)):
            if part:
                elements.append(ast.Placeable(ast.StringLiteral(part)) if number % 2 else ast.TextElement(part))
    pattern.elements = elements


def _entry(name: str, pattern: ast.Pattern) -> str:
    return FluentSerializer().serialize_entry(ast.Message(ast.Identifier(name), pattern))


def _line_of_excess(text: str) -> int | None:
    """Where more is filled in than browsers do, or braces lie so deep that no parser should be asked."""
    depth = braces = 0
    for number, line in enumerate(text.split("\n"), 1):
        for character in line:
            depth += {"{": 1, "}": -1}.get(character, 0)
            braces += character == "{"
            if depth > NESTED_MAX or braces > PLACEABLES_MAX:
                return number
    return None


def _junk_line(source: str, body: list[ast.EntryType]) -> int:
    """The line of the source at which the parser gave up, or the last."""
    last = source.count("\n")
    for entry in body:
        if isinstance(entry, ast.Junk) and entry.annotations and entry.annotations[0].span is not None:
            return min(source.count("\n", 0, entry.annotations[0].span.start) + 1, last)
    return last


def _is_tame(pattern: ast.Pattern) -> bool:
    """Whether no literal spells a control character that could not be typed."""
    literals = _told(pattern).literals
    return not any(unicodedata.category(each) in {"Cc", "Cs"} and each != "\t" for text in literals for each in text)


class _Told(Visitor):
    """What patterns say and ask for, in the order of their text."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.expressions: list[str] = []
        self.references: list[str] = []
        self.literals: list[str] = []
        self.says_something = False

    def visit_TextElement(self, node: ast.TextElement) -> None:  # noqa: N802 - the library's name, as below
        self.says_something |= bool(node.value.strip())

    def visit_StringLiteral(self, node: ast.StringLiteral) -> None:  # noqa: N802
        self.literals.append(node.parse()["value"])
        self.says_something |= bool(self.literals[-1].strip())

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.variables.add(node.id.name)
        self.expressions.append(serialize_expression(node))
        self.says_something = True

    def visit_FunctionReference(self, node: ast.FunctionReference) -> None:  # noqa: N802
        """The call is one expression: its variables count, but are not offered without it."""
        asked = _Told()
        for argument in node.arguments.positional:
            asked.visit(argument)
        self.variables |= asked.variables
        self.references += asked.references
        self.literals += asked.literals
        self.expressions.append(serialize_expression(node))
        self.says_something = True

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802
        self.references.append(node.id.name)

    def visit_TermReference(self, node: ast.TermReference) -> None:  # noqa: N802
        self.references.append(f"-{node.id.name}")


def _told(pattern: ast.Pattern) -> _Told:
    told = _Told()
    told.visit(pattern)
    return told
