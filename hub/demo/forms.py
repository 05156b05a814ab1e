"""The demo salon's consent forms: what customers read and sign before services that can go wrong on a body."""

from __future__ import annotations

from hub.kernel.text import Bilingual

FORMS: dict[str, tuple[Bilingual, Bilingual]] = {
    "CHEM": (
        Bilingual(zh="烫发与拉直同意书", en="Consent: perm and straightening"),
        Bilingual(
            zh=(
                "药水会改变头发结构，可能带来干燥、断发或头皮刺激。\n"
                "我已告诉技师：过敏史、最近三个月的烫染、头皮伤口、怀孕或哺乳。\n"
                "做的时候有刺痛或发热，我会马上说，技师会立即冲洗。\n"
                "我看过以上内容，同意今天做。"
            ),
            en=(
                "The solution changes the structure of the hair; dryness, breakage or an irritated scalp are possible.\n"
                "I have told the technician about allergies, colour or perms of the last three months, wounds on the scalp, "
                "pregnancy or breastfeeding.\n"
                "If it stings or burns I say so at once, and it is washed out at once.\n"
                "I have read this and agree to the service today."
            ),
        ),
    ),
    "PEEL": (
        Bilingual(zh="焕亮护理同意书", en="Consent: brightening facial"),
        Bilingual(
            zh=(
                "这项护理用到果酸，做完可能泛红、脱皮，一般三天内恢复。\n"
                "我没有在用维A酸类药物，两周内没有做过激光或暴晒，面部没有破损。\n"
                "做完一周内注意防晒，不用磨砂产品。\n"
                "我看过以上内容，同意今天做。"
            ),
            en=(
                "This treatment uses fruit acids; redness and peeling are possible and mostly gone within three days.\n"
                "I use no retinoids, have had no laser or sunburn within two weeks, and have no broken skin on my face.\n"
                "For a week I use sun protection and no scrubs.\n"
                "I have read this and agree to the service today."
            ),
        ),
    ),
    "LASH": (
        Bilingual(zh="嫁接睫毛同意书", en="Consent: lash extensions"),
        Bilingual(
            zh=(
                "睫毛胶含氰基丙烯酸酯，少数人会过敏：眼睑红肿、流泪。\n"
                "我没有眼部炎症，半年内没有做过眼部手术，来之前已摘下隐形眼镜。\n"
                "做的时候全程闭眼；不舒服马上说。\n"
                "我看过以上内容，同意今天做。"
            ),
            en=(
                "Lash glue contains cyanoacrylate; a few people are allergic to it, with swollen lids and tears.\n"
                "I have no inflammation of the eyes, no eye surgery within six months, and have taken out contact lenses.\n"
                "My eyes stay closed throughout; I say at once when something is wrong.\n"
                "I have read this and agree to the service today."
            ),
        ),
    ),
}
"""By code: name and words."""

OF_SERVICES = {"PERM": "CHEM", "STRA": "CHEM", "BRIT": "PEEL", "LASH": "LASH"}
"""Which services ask for which form."""
