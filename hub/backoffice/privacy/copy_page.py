"""A customer's copy as one page without scripts or addresses, in both languages, to be read or printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from hub.backoffice.privacy.holdings import HIDDEN
from hub.backoffice.security.ports import Wording
from hub.kernel.text import Language

LANGUAGES: tuple[Language, Language] = ("zh", "en")

TECHNICAL = frozenset({"id", "ordinal", "natural_key", "data_key", "raw"})
TECHNICAL_ENDS = ("_id", "_ids", "_seq", "_hash", "_index", "_indexes", "_key")
"""Columns that tell a person nothing; the file of the same name with the data has them."""

FIRST = (
    "customer",
    "booking",
    "booking_item",
    "visit",
    "phase_run",
    "consultation",
    "signed_form",
    "consent",
    "waitlist_entry",
)
"""What people look for comes first; the rest follows as it is found."""

CODED = {
    "state": "state-{table}-{value}",
    "source": "desk-source-{value}",
    "tier": "catalog-tier-{value}",
    "title": "desk-title-{value}",
    "gender": "team-gender-{value}",
    "language": "copy-language-{value}",
    "requested": "copy-requested-{value}",
}
"""Columns whose codes have words on the screens as well."""


def is_technical(column: str) -> bool:
    return column in TECHNICAL or column.endswith(TECHNICAL_ENDS)


class _Page:
    def __init__(self, copy: Mapping[str, Any], zone: ZoneInfo, words: Wording) -> None:
        self._copy = copy
        self._zone = zone
        self._words = words

    def html(self) -> str:
        copy = self._copy
        store = escape(f"{copy['store']['zh']} {copy['store']['en']}")
        ordered = sorted(copy["held"], key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
        parts = [self._part(name, copy["held"][name]) for name in ordered]
        text = {"at": self._value(copy["made_at"])}
        return (
            '<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{store}</title><style>{_STYLE}</style></head><body><header><p class=store>{store}</p>"
            f"<h1>{self._both('copy-title')}</h1>{self._paragraphs('copy-text', text)}</header>"
            f"{''.join(parts)}{self._log()}</body></html>"
        )

    def _part(self, name: str, rows: list[dict[str, Any]]) -> str:
        why = self._copy["classes"].get(name, {})
        tables = [table for row in rows if (table := self._table(name, row, why))]
        if not tables:
            return ""
        return f"<section><h2>{self._both(f'copy-part-{_slug(name)}')}</h2>{''.join(tables)}</section>"

    def _table(self, name: str, row: Mapping[str, Any], why: Mapping[str, str]) -> str:
        shown = {
            column: value
            for column, value in row.items()
            if not is_technical(column) and value not in (None, "", [], {}, HIDDEN)
        }
        lines = (
            f"<tr><th>{self._both(f'copy-column-{_slug(column)}')}</th><td>{self._cell(name, column, value)}</td>"
            f"<td class=why>{self._why(why.get(column, ''))}</td></tr>"
            for column, value in shown.items()
        )
        return f"<table>{''.join(lines)}</table>" if shown else ""

    def _cell(self, name: str, column: str, value: Any) -> str:
        coded = CODED.get(column, "").format(table=name, value=value)
        known = coded and all(self._words(language, coded) for language in LANGUAGES)
        return self._both(coded) if known else escape(self._value(value))

    def _why(self, kept: str) -> str:
        """`kept`: a column's class and what it is for, "personal: service"."""
        purpose = kept.partition(": ")[2]
        return self._both(f"copy-purpose-{_slug(purpose)}") if purpose else ""

    def _log(self) -> str:
        entries: list[dict[str, Any]] = self._copy["log"]
        if not entries:
            return ""
        lines = map(self._entry, entries)
        count = self._both("copy-count", {"count": len(entries)})
        return f"<section><h2>{self._both('copy-log')}</h2><p>{count}</p><table>{''.join(lines)}</table></section>"

    def _entry(self, entry: Mapping[str, Any]) -> str:
        about, _, what = entry["what"].partition(".")
        said = escape(what.replace("_", " "))
        return (
            f"<tr><th>{escape(self._value(entry['at']))}</th><td>{self._both(f'audit-kind-{about}')}</td><td>{said}</td></tr>"
        )

    def _said(self, text: str, params: Mapping[str, Any] | None = None) -> list[str]:
        return [self._words(language, text, params) or text for language in LANGUAGES]

    def _both(self, text: str, params: Mapping[str, Any] | None = None) -> str:
        zh, en = map(escape, self._said(text, params))
        return f"{zh} <span lang=en>{en}</span>"

    def _paragraphs(self, text: str, params: Mapping[str, Any]) -> str:
        return "".join(f"<p>{escape(each)}</p>" for each in self._said(text, params))

    def _value(self, value: Any) -> str:
        if isinstance(value, bool):
            return " ".join(self._said("copy-yes" if value else "copy-no"))
        if isinstance(value, datetime):
            return value.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, list | tuple):
            return ", ".join(map(self._value, value))
        if isinstance(value, Mapping):
            return ", ".join(f"{key}: {self._value(each)}" for key, each in value.items())
        return str(value)


def as_page(copy: Mapping[str, Any], zone: ZoneInfo, words: Wording) -> str:
    """`copy` is of `copying.copy_of`; `zone` the store's, in which its times are written."""
    return _Page(copy, zone, words).html()


def _slug(name: str) -> str:
    return name.replace("_", "-").replace(" ", "-")


_STYLE = (
    "body{font:15px/1.6 'PingFang SC','Noto Sans CJK SC','Microsoft YaHei',system-ui,sans-serif;max-width:54rem;"
    "margin:2.5rem auto;padding:0 1.25rem;color:#22302c;background:#fbf8f2}"
    ".store{color:#2b6e5e;font-weight:600}h1{font-size:1.7rem;line-height:1.3;margin:.2rem 0 1rem}"
    "header p{margin:.2rem 0;max-width:42rem}h2{font-size:1.15rem;margin:2.2rem 0 .5rem}"
    "h1 span,h2 span,th span,td span{color:#51635c;font-weight:400;font-size:.82em;margin-inline-start:.3em}"
    "table{width:100%;border-collapse:collapse;margin:.5rem 0 1rem;background:#fffefa;border:1px solid #ddd8cc}"
    "th,td{text-align:start;vertical-align:top;padding:.4rem .8rem;border-bottom:1px solid #ece7db;overflow-wrap:anywhere}"
    "tr:last-child>*{border-bottom:0}th{width:15rem;font-weight:500}.why{width:14rem;color:#51635c;font-size:.85em}"
    "@media(max-width:600px){tr{display:block;padding:.4rem 0;border-bottom:1px solid #ece7db}"
    "th,td{display:block;width:auto;padding:.1rem .8rem;border:0}}"
    "@media print{body{background:#fff}table{break-inside:avoid}}"
)
