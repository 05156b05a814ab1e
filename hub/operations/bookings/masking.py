"""Names as each surface may show them. Full names stay at the desk."""

from __future__ import annotations

from typing import Literal

from hub.kernel.text import Bilingual

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "夏侯",
        "端木",
        "南宫",
        "独孤",
        "西门",
        "宇文",
        "长孙",
        "轩辕",
        "百里",
        "呼延",
        "东郭",
        "钟离",
    ]
)
"""The two-character surnames in use (百家姓)."""

STARS = "**"
Title = Literal["mr", "ms", "none"]
_TITLE_ZH = {"mr": "先生", "ms": "女士", "none": ""}
_TITLE_EN = {"mr": "Mr ", "ms": "Ms ", "none": ""}


def _is_han(name: str) -> bool:
    return "\u4e00" <= name[:1] <= "\u9fff"


def surname(name: str) -> str:
    """The family name: first for Han names (two characters for compound surnames), last for others."""
    name = name.strip()
    if _is_han(name):
        return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]
    return name.split()[-1] if name else ""


def masked_name(name: str) -> str:
    """`王**`, `欧阳**`, `Emma C.`; never more than a given name of twelve characters."""
    name = name.strip()
    if not name:
        return STARS
    if _is_han(name):
        return surname(name) + STARS
    words = name.split()
    if len(words) == 1:
        return words[0][:1] + STARS
    return f"{words[0][:12]} {words[-1][:1]}."


def called_name(name: str, title: Title) -> Bilingual:
    """How a person would be called aloud: 王女士, Ms Clarke. Long family names are cut."""
    family = surname(name)[:12]
    if _is_han(name):
        return Bilingual(zh=family + _TITLE_ZH[title], en=_TITLE_EN[title] + family)
    return Bilingual(zh=family + (" " + _TITLE_ZH[title] if _TITLE_ZH[title] else ""), en=_TITLE_EN[title] + family)


def initials(name: str) -> str:
    """`王`, `E. C.`"""
    name = name.strip()
    if _is_han(name):
        return surname(name)
    return " ".join(f"{word[:1]}." for word in name.split()[:3])
