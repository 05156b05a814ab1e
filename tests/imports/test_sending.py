"""Commands of an import on their way: no more of them at once than are sent together, however many a book holds."""

from __future__ import annotations

from collections.abc import Iterator

from hub.imports.known import Known
from hub.imports.salon_csv.tables import Row, read_table
from hub.imports.sending import BATCH, Errand, Sender

ROWS = "Code,Staff,Service,Date,Time\n" + "ANNA01,MIA,CTU,05/15/2018,9:00:00 AM\n" * 3


async def test_each_errand_is_made_when_its_turn_comes() -> None:
    sender = Sender(None, "s", Known())
    waiting: list[int] = []

    def errands() -> Iterator[Errand]:
        for number in range(5 * BATCH + 1):
            waiting.append(number - sender.sent)
            yield Errand("bookings.put_customer", {}, f"customer/{number}")

    await sender.send_all(errands())
    assert sender.sent == len(waiting) == 5 * BATCH + 1
    assert max(waiting) == BATCH - 1


async def test_answers_come_in_the_order_of_their_errands() -> None:
    known = Known()
    sender = Sender(None, "s", known)
    errands = [Errand("bookings.put_customer", {}, f"customer/{number}") for number in range(BATCH + 2)]
    known.commands.add(sender.id_of(errands[0]))
    assert await sender.answers(errands) == [{}] * (BATCH + 2)
    assert sender.sent == BATCH + 1  # the first was known


def test_rows_are_read_one_by_one_and_what_they_repeat_is_kept_once() -> None:
    table = read_table("Bookings.csv", ROWS.encode())
    first, second = next(table.rows), next(table.rows)
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert all(first.values[name] is second.values[name] for name in first.values)
    assert [row.source.line for row in table.rows if isinstance(row, Row)] == [4]
