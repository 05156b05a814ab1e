"""All customers' contacts as a spreadsheet. Cells are written as text, so nothing that a customer typed becomes a formula."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.security.ports import Wording
from hub.kernel.business_days import BusinessDays
from hub.kernel.crypto import Vault
from hub.kernel.text import Language
from hub.operations.bookings.people import reveal
from hub.operations.bookings.tables import BookingRow, CustomerRow

MARKETING = "marketing"
HEADS: dict[Language, tuple[str, ...]] = {
    "zh": ("姓名", "称呼", "手机号", "邮箱", "等级", "到店次数", "最近到店"),
    "en": ("Name", "Title", "Phone", "E-mail", "Tier", "Visits", "Last visit"),
}
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Line:
    """Neither notes nor allergies: who needs those opens the file."""

    name: str
    title: str
    phone: str
    email: str
    tier: str
    visits: int
    last_visit: str


async def lines_of(session: AsyncSession, vault: Vault, days: BusinessDays) -> list[Line]:
    """Every customer who is not erased, oldest first; when they were last here is one of the store's `days`."""
    done = select(BookingRow.customer_id, func.count(), func.max(BookingRow.booked_start))
    done = done.where(BookingRow.state == "done", BookingRow.customer_id.is_not(None)).group_by(BookingRow.customer_id)
    visits = {row[0]: (row[1], row[2]) for row in await session.execute(done)}
    kept = select(CustomerRow).where(CustomerRow.data_key.is_not(None)).order_by(CustomerRow.made_at, CustomerRow.id)
    lines = []
    for row in await session.scalars(kept):
        known = reveal(vault, row)
        count, last = visits.get(row.id, (0, None))
        day = days.of(last).isoformat() if last else ""
        lines.append(Line(known.name, known.title, known.phone, known.email, known.tier, count, day))
    return lines


def spreadsheet(lines: list[Line], language: Language, words: Wording) -> bytes:
    """XLSX with one sheet; titles and tiers in the words of the screens."""

    def word(message_id: str, code: str) -> str:
        return "" if code in ("", "none") else words(language, f"{message_id}-{code}") or code

    body = BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(body, safe)
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    for column, head in enumerate(HEADS[language]):
        sheet.write_string(0, column, head, bold)
    for number, line in enumerate(lines, 1):
        cells = (line.name, word("desk-title", line.title), line.phone, line.email, word("catalog-tier", line.tier))
        for column, value in enumerate(cells):
            sheet.write_string(number, column, value)
        sheet.write_number(number, 5, line.visits)
        sheet.write_string(number, 6, line.last_visit)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 6, 18)
    book.close()
    return body.getvalue()
