"""Alarms by mail, to managers whose address is known. The mail names the rule and the count, never a person."""

from __future__ import annotations

from collections.abc import Sequence

from hub.backoffice.security.queries import accounts
from hub.kernel.commands import Ports
from hub.kernel.crypto import Vault
from hub.kernel.database import Database
from hub.kernel.events import Recorded
from hub.kernel.mail import InvalidMessageError, Mailer, Message

RULE_NAMES = {
    "files_opened": ("查看顾客资料过多", "many customers' files opened"),
    "odd_hours": ("非营业时间操作", "work at odd hours"),
    "failed_sign_ins": ("多次登录失败", "many failed sign-ins"),
    "code_guesses": ("验证码或配对码多次错误", "many wrong codes"),
    "cancellations": ("一人取消预约过多", "many cancellations by one person"),
    "no_shows": ("一人标记未到店过多", "many no-shows noted by one person"),
    "no_shows_reversed": ("多次撤销未到店", "no-shows taken back again and again"),
    "undos": ("撤销操作过多", "many steps taken back"),
    "moves": ("大量改动排程", "the day moved about"),
    "pairings": ("新配对设备过多", "many devices paired"),
    "own_rights": ("改动权限", "rights changed"),
    "second_factor": ("两步验证被关闭或使用恢复码", "second factor switched off or a recovery code used"),
    "hoarding": ("大量占用时段", "slots hoarded"),
    "record_broken": ("操作记录被改动", "the record was tampered with"),
    "backups": ("备份失败", "backups failing"),
    "clock_jump": ("时钟被调回", "the clock was turned back"),
}


async def write_to_managers(database: Database, ports: Ports, vault: Vault, store_id: str, facts: Sequence[Recorded]) -> None:
    mailer = ports.get(Mailer)  # type: ignore[type-abstract]  # a port is known by its Protocol
    if not mailer.carries("mail"):
        return
    async with database.read(store_id) as session:
        managers = [a.email for a in await accounts(session, vault) if a.active and "manager" in a.roles and a.email]
    async with database.write(store_id) as session:
        for fact in facts:
            zh, en = RULE_NAMES.get(str(fact.data["rule"]), ("", str(fact.data["rule"])))
            text = f"{zh}（{fact.data['minutes']} 分钟内 {fact.data['count']} 次）。请在「警报」页面查看。\n\n"
            text += f"{en}: {fact.data['count']} within {fact.data['minutes']} min. Please look at /alarms.\n"
            for address in managers:
                try:
                    await mailer.send(Message(address, f"Salon Hub: {zh} / {en}", text), session)
                except InvalidMessageError:
                    continue
