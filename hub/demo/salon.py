"""The demo salon's facts: invented, bilingual, and shaped like a busy neighbourhood salon.

Durations are those that salons publish for such services; every colour or treatment has a processing phase in which the
technician is free while the place is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.kernel.text import Bilingual

Kind = Literal["hands_on", "processing", "finishing"]

STORE_NAME = Bilingual(zh="青瓷造型", en="Celadon Studio")
ZONE = "Asia/Shanghai"
CURRENCY = "CNY"
COUNTRY = "CN"
OPENS, CLOSES = "10:00", "21:00"
PRIORITY = {
    "windows": [
        {"weekdays": [4, 5], "begins": "16:00", "ends": "20:00"},
        {"weekdays": [0, 1, 2, 3, 4, 5, 6], "begins": "18:00", "ends": "20:00"},
    ],
    "lead_hours": {"none": 72, "regular": 72, "silver": 72, "gold": 240, "diamond": 336},
}
"""Friday and Saturday afternoons and every evening: three days before for everybody, ten for gold, fourteen for diamond."""


@dataclass(frozen=True, slots=True)
class Phase:
    kind: Kind
    minutes: int
    place_kind: str
    skill: str | None = None
    min_level: int = 1


@dataclass(frozen=True, slots=True)
class Service:
    code: str
    name: Bilingual
    category: str
    price_minor: int
    phases: tuple[Phase, ...]
    demand: int
    """How often it is asked for, relative to the others."""
    online: bool = True


@dataclass(frozen=True, slots=True)
class Technician:
    code: str
    name: Bilingual
    gender: Literal["woman", "man"]
    skills: dict[str, int]
    starts: str
    ends: str
    lunch: str


def _b(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


SKILLS = {
    "wash": _b("洗护", "Wash"),
    "cut": _b("剪发", "Cut"),
    "colour": _b("染发", "Colour"),
    "perm": _b("烫发", "Perm"),
    "style": _b("造型", "Styling"),
    "skin": _b("皮肤护理", "Skin care"),
    "body": _b("身体护理", "Body care"),
    "nails": _b("美甲美睫", "Nails and lashes"),
}

CATEGORIES = {
    "hair": _b("剪发造型", "Cut and style"),
    "colour": _b("染烫", "Colour and perm"),
    "care": _b("头皮与发质护理", "Scalp and hair care"),
    "skin": _b("面部护理", "Face"),
    "body": _b("身体护理", "Body"),
    "nails": _b("美甲美睫", "Nails and lashes"),
}

PLACE_KINDS = {
    "chair": (_b("镜台", "Chair"), 3),
    "basin": (_b("洗头床", "Basin"), 2),
    "room": (_b("护理房", "Treatment room"), 6),
}

PLACES = (
    ("C1", "chair", _b("1号镜台", "Chair 1")),
    ("C2", "chair", _b("2号镜台", "Chair 2")),
    ("C3", "chair", _b("3号镜台", "Chair 3")),
    ("C4", "chair", _b("4号镜台", "Chair 4")),
    ("B1", "basin", _b("1号洗头床", "Basin 1")),
    ("B2", "basin", _b("2号洗头床", "Basin 2")),
    ("R1", "room", _b("竹间", "Bamboo room")),
    ("R2", "room", _b("云间", "Cloud room")),
)


def _hands(minutes: int, place: str, skill: str, level: int = 1) -> Phase:
    return Phase("hands_on", minutes, place, skill, level)


def _wait(minutes: int, place: str) -> Phase:
    return Phase("processing", minutes, place)


def _end(minutes: int, place: str, skill: str, level: int = 1) -> Phase:
    return Phase("finishing", minutes, place, skill, level)


SERVICES = (
    Service(
        "CUTW", _b("女士剪发", "Women's cut"), "hair", 16800, (_hands(10, "basin", "wash"), _hands(40, "chair", "cut", 2)), 9
    ),
    Service("CUTM", _b("男士剪发", "Men's cut"), "hair", 9800, (_hands(30, "chair", "cut"),), 9),
    Service(
        "CUTD", _b("总监剪发", "Director's cut"), "hair", 38800, (_hands(10, "basin", "wash"), _hands(50, "chair", "cut", 4)), 3
    ),
    Service("CUTK", _b("儿童剪发", "Children's cut"), "hair", 6800, (_hands(25, "chair", "cut"),), 2),
    Service("FRNG", _b("修刘海", "Fringe trim"), "hair", 3800, (_hands(15, "chair", "cut"),), 3),
    Service(
        "BLOW",
        _b("洗吹造型", "Wash and blow-dry"),
        "hair",
        8800,
        (_hands(10, "basin", "wash"), _hands(30, "chair", "style")),
        6,
    ),
    Service("UPDO", _b("盘发", "Updo"), "hair", 28800, (_hands(50, "chair", "style", 3),), 1),
    Service(
        "ROOT",
        _b("发根补染", "Root touch-up"),
        "colour",
        26800,
        (_hands(25, "chair", "colour", 2), _wait(35, "chair"), _end(25, "basin", "wash")),
        5,
    ),
    Service(
        "FULL",
        _b("全头染发", "Full colour"),
        "colour",
        48800,
        (_hands(40, "chair", "colour", 2), _wait(40, "chair"), _end(35, "basin", "wash")),
        4,
    ),
    Service(
        "BALA",
        _b("手刷染", "Balayage"),
        "colour",
        98800,
        (_hands(70, "chair", "colour", 4), _wait(45, "chair"), _end(40, "basin", "wash")),
        2,
    ),
    Service(
        "PERM",
        _b("数码烫", "Digital perm"),
        "colour",
        68800,
        (_hands(50, "chair", "perm", 2), _wait(40, "chair"), _end(30, "basin", "wash")),
        2,
    ),
    Service(
        "STRA",
        _b("直发拉直", "Straightening"),
        "colour",
        58800,
        (_hands(45, "chair", "perm", 2), _wait(30, "chair"), _end(40, "chair", "style")),
        1,
    ),
    Service("TONE", _b("色泽护理", "Toner"), "colour", 16800, (_hands(15, "basin", "colour"), _wait(15, "basin")), 1),
    Service(
        "SCLP",
        _b("头皮净化", "Scalp cleanse"),
        "care",
        29800,
        (_hands(20, "basin", "wash", 2), _wait(10, "basin"), _end(15, "basin", "wash")),
        3,
    ),
    Service("MASK", _b("水疗发膜", "Hair mask"), "care", 19800, (_hands(15, "basin", "wash"), _wait(15, "basin")), 3),
    Service("HEAD", _b("头部按摩", "Head massage"), "care", 12800, (_hands(30, "basin", "wash"),), 3),
    Service("HYDR", _b("深层补水", "Hydrating facial"), "skin", 36800, (_hands(45, "room", "skin", 2), _wait(15, "room")), 4),
    Service(
        "BRIT",
        _b("焕亮护理", "Brightening facial"),
        "skin",
        46800,
        (_hands(35, "room", "skin", 3), _wait(20, "room"), _end(15, "room", "skin")),
        2,
    ),
    Service("BROW", _b("修眉", "Brow shaping"), "skin", 6800, (_hands(20, "room", "skin"),), 2),
    Service("BACK", _b("肩颈舒缓", "Neck and shoulders"), "body", 23800, (_hands(40, "room", "body"),), 3),
    Service("AROM", _b("芳香精油按摩", "Aroma massage"), "body", 42800, (_hands(70, "room", "body", 2),), 2),
    Service("FEET", _b("足部护理", "Foot care"), "body", 16800, (_hands(40, "room", "body"),), 1),
    Service("GELN", _b("凝胶美甲", "Gel manicure"), "nails", 19800, (_hands(50, "room", "nails"),), 3),
    Service("LASH", _b("嫁接睫毛", "Lash extensions"), "nails", 32800, (_hands(75, "room", "nails", 2),), 1),
    Service("CONS", _b("造型咨询", "Consultation"), "hair", 0, (_hands(15, "chair", "cut", 3),), 2),
)

TECHNICIANS = (
    Technician(
        "T1", _b("林青", "Lin Qing"), "woman", {"cut": 5, "colour": 5, "style": 4, "wash": 2}, "10:00", "20:00", "13:30"
    ),
    Technician("T2", _b("周野", "Zhou Ye"), "man", {"cut": 4, "perm": 4, "style": 3, "wash": 2}, "10:00", "20:00", "14:00"),
    Technician("T3", _b("苏苏", "Susu"), "woman", {"colour": 4, "cut": 3, "perm": 3, "wash": 2}, "11:00", "21:00", "15:00"),
    Technician("T4", _b("阿杰", "Jay"), "man", {"cut": 3, "style": 3, "wash": 3}, "10:00", "21:00", "12:30"),
    Technician("T5", _b("小满", "Xiaoman"), "woman", {"wash": 4, "style": 2, "cut": 1, "colour": 1}, "10:00", "20:00", "14:30"),
    Technician("T6", _b("何静", "He Jing"), "woman", {"skin": 5, "body": 3, "nails": 2}, "10:00", "20:00", "13:00"),
    Technician("T7", _b("唐一", "Tang Yi"), "man", {"body": 5, "skin": 2, "wash": 3}, "11:00", "21:00", "16:00"),
    Technician("T8", _b("米娅", "Mia"), "woman", {"nails": 5, "skin": 3, "style": 3, "wash": 2}, "10:30", "20:30", "15:30"),
)

LUNCH_MINUTES = 30

CUSTOMERS = (
    ("王雅琴", "ms"),
    ("李明远", "mr"),
    ("张晓雯", "ms"),
    ("陈思齐", "mr"),
    ("刘若兰", "ms"),
    ("赵子墨", "mr"),
    ("黄佳怡", "ms"),
    ("吴诗涵", "ms"),
    ("徐文博", "mr"),
    ("孙妙音", "ms"),
    ("Emma Clarke", "ms"),
    ("James O’Neill", "mr"),
    ("朱清扬", "ms"),
    ("胡一凡", "mr"),
    ("郭雨桐", "ms"),
    ("何梓萱", "ms"),
    ("高志远", "mr"),
    ("罗曼青", "ms"),
    ("郑可心", "ms"),
    ("梁景行", "mr"),
    ("宋知微", "ms"),
    ("谢安然", "ms"),
    ("Sofía Martínez", "ms"),
    ("唐婉儿", "ms"),
    ("许嘉木", "mr"),
    ("韩雪", "ms"),
    ("冯时雨", "ms"),
    ("邓书瑶", "ms"),
    ("曹望舒", "ms"),
    ("彭越", "mr"),
    ("欧阳清", "ms"),
    ("Yuki Tanaka", "ms"),
    ("萧景琰", "mr"),
    ("田甜", "ms"),
    ("董青", "ms"),
    ("袁野", "mr"),
    ("潘多拉", "ms"),
    ("蒋南风", "mr"),
    ("蔡依依", "ms"),
    ("余秋白", "mr"),
    ("杜若", "ms"),
    ("叶知秋", "ms"),
    ("程门雪", "ms"),
    ("魏长青", "mr"),
    ("Liam Chen", "mr"),
    ("吕半夏", "ms"),
    ("丁香", "ms"),
    ("任平生", "mr"),
    ("沈星回", "mr"),
    ("姚木兰", "ms"),
    ("卢照", "mr"),
    ("Zoë Müller", "ms"),
    ("傅听雨", "ms"),
    ("钟离", "mr"),
    ("谭小雅", "ms"),
    ("廖无双", "ms"),
    ("范思哲", "mr"),
    ("汪曾宁", "ms"),
    ("陆明月", "ms"),
    ("金允熙", "ms"),
    ("石玉", "ms"),
    ("戴望", "mr"),
    ("贾青", "ms"),
    ("韦一笑", "mr"),
    ("夏至", "ms"),
    ("邱枫", "mr"),
    ("方圆", "ms"),
    ("侯晓晓", "ms"),
    ("邹静", "ms"),
    ("熊大力", "mr"),
)
