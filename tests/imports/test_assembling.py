from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from hub.imports.book import command_id
from hub.imports.draft import Draft
from hub.imports.findings import Arrival, FileFault, Imported, Merge, Merged, Rejected, RowFault, Source, Warn
from hub.imports.salon_csv import SalonMapping, read_files
from hub.imports.salon_csv.visits import group_visits
from hub.kernel.natural_keys import natural_key

HEADER = "Code,Staff,Service,Date,Time,TimeInt\n"


def bookings(mapping: SalonMapping, *rows: str) -> Draft:
    return read_files({"b.csv": (HEADER + "\n".join(rows) + "\n").encode()}, mapping)


def warned(draft: Draft) -> list[Warn]:
    return [warning.code for warning in draft.warnings]


def test_the_made_up_book_is_accounted_for_row_by_row(book_files: dict[str, bytes], mapping: SalonMapping) -> None:
    draft = read_files(book_files, mapping)
    counted = Counter((type(outcome), outcome.code) for outcome in draft.outcomes)
    assert counted == {
        (Imported, Arrival.SERVICE): 4,
        (Imported, Arrival.BOOKING): 5,
        (Imported, Arrival.NO_SHOW): 1,
        (Merged, Merge.NO_SHOW_OF_BOOKING): 1,
        (Imported, Arrival.CANCELLATION): 1,
        (Merged, Merge.CANCELLATION_OF_KEPT_BOOKING): 1,
        (Imported, Arrival.KEPT_FOR_LATER): 4,
    }
    assert draft.refused == ()


def test_the_made_up_book_becomes_items_visits_team_and_customers(book_files: dict[str, bytes], mapping: SalonMapping) -> None:
    book = read_files(book_files, mapping).book
    assert [len(visit.items) for visit in group_visits(book.items, 60)] == [2, 1, 1, 1]
    assert {person.code for person in book.staff} == {"MIA", "LEO"}
    assert {customer.code for customer in book.customers} == {"ANNA01", "BENO01", "CARA01", "DORA01", "EMIL01"}
    by_customer = {(item.customer, item.service): item for item in book.items}
    assert by_customer["BENO01", "SHCW"].no_show
    assert by_customer["ANNA01", "CTU"].rebooked
    assert by_customer["ANNA01", "CTU"].starts_at == datetime(2018, 5, 15, 14, tzinfo=UTC)
    assert (by_customer["CARA01", "SHCW"].staff, by_customer["CARA01", "SHCW"].pool) == (None, "HOUSE")
    prices = {service.code: (service.price_minor, service.price_is_listed) for service in book.services}
    assert prices == {"SHCW": (9000, True), "CTU": (7000, False), "OLD": (1250, True), "NONAME": (None, False)}
    assert [row.cells["Amount"] for row in book.raw_rows if row.kind == "receipts"] == ["70", "70", "-50"]


def test_skills_are_those_of_the_services_that_somebody_does(book_files: dict[str, bytes], mapping: SalonMapping) -> None:
    skills = {person.code: set(person.skills) for person in read_files(book_files, mapping).book.staff}
    assert skills == {"MIA": {"colour", "cutting", "general"}, "LEO": {"cutting", "general"}}


def test_a_booking_met_again_is_merged_and_one_at_another_time_is_kept(mapping: SalonMapping) -> None:
    draft = bookings(
        mapping,
        "ANNA01,MIA,SHCW,05/15/2018,9:00:00 AM,540",
        "anna01 ,mia,shcw,2018-05-15,9:00 AM,540",
        "ANNA01,MIA,SHCW,05/15/2018,3:00:00 PM,900",
    )
    assert [type(outcome) for outcome in draft.outcomes] == [Imported, Merged, Imported]
    assert draft.outcomes[1].params == {"other_file": "b.csv", "other_line": "2"}
    assert Warn.BOOKED_TWICE_THAT_DAY in warned(draft)


def test_two_customers_of_one_stylist_at_one_minute_are_both_kept_and_noted(mapping: SalonMapping) -> None:
    draft = bookings(mapping, "ANNA01,MIA,SHCW,05/15/2018,9:00:00 AM,540", "BENO01,MIA,SHCW,05/15/2018,9:00:00 AM,540")
    assert len(draft.book.items) == 2
    assert warned(draft).count(Warn.DOUBLE_BOOKED) == 1


def test_a_pool_may_have_many_customers_at_one_minute(mapping: SalonMapping) -> None:
    draft = bookings(mapping, "ANNA01,Staff,SHCW,05/15/2018,9:00:00 AM,540", "BENO01,HOUSE,SHCW,05/15/2018,9:00:00 AM,540")
    assert [item.staff for item in draft.book.items] == [None, None]
    assert Warn.DOUBLE_BOOKED not in warned(draft)
    assert draft.book.staff == ()


def test_a_booking_without_customer_is_kept_unless_nobody_at_all_is_named(mapping: SalonMapping) -> None:
    draft = bookings(mapping, ",MIA,SHCW,05/15/2018,9:00:00 AM,540", ",HOUSE,SHCW,05/15/2018,9:00:00 AM,540")
    kept, rejected = draft.outcomes
    assert isinstance(kept, Imported)
    assert isinstance(rejected, Rejected)
    assert rejected.code is RowFault.NOBODY_NAMED
    assert draft.book.items[0].customer is None


def test_an_unknown_service_and_stylist_come_in_with_a_note(mapping: SalonMapping) -> None:
    draft = bookings(mapping, "ANNA01,ZED,BRANDNEW,05/15/2018,9:00:00 AM,540")
    assert {Warn.UNKNOWN_SERVICE, Warn.UNKNOWN_STAFF} <= set(warned(draft))
    assert draft.book.services[0].minutes == 30
    assert draft.book.services[0].phases_from == "otherwise"
    assert draft.book.staff[0].level == 3


def test_a_service_of_a_known_category_takes_that_categorys_phases(mapping: SalonMapping) -> None:
    listing = b"IsActive,Code,Desc,Cate,Price,Cost\nTRUE,CNEW,New colour,COLOR,99,1\n"
    (service,) = read_files({"s.csv": listing}, mapping).book.services
    assert service.phases_from == "category"
    assert [phase.kind for phase in service.phases] == ["hands_on", "processing", "finishing"]
    assert [phase.skill for phase in service.phases] == ["colour", None, "general"]


def test_like_receipt_lines_of_one_file_are_two_sales_and_of_two_files_one(
    book_files: dict[str, bytes], mapping: SalonMapping
) -> None:
    receipts = book_files["Receipt Transactions0.csv"]
    draft = read_files({"r1.csv": receipts, "r2.csv": receipts}, mapping)
    assert [type(outcome) for outcome in draft.outcomes] == [Imported] * 3 + [Merged] * 3
    assert len(draft.book.raw_rows) == 3


def test_keys_depend_on_the_fact_and_not_on_where_it_stood(book_files: dict[str, bytes], mapping: SalonMapping) -> None:
    again = {f"x{number}.csv": b"\n\n" + data for number, data in enumerate(book_files.values())}
    first, second = read_files(book_files, mapping).book, read_files(again, mapping).book
    assert {item.key for item in first.items} == {item.key for item in second.items}
    assert {row.key for row in first.raw_rows} == {row.key for row in second.raw_rows}
    met, again_met = (group_visits(each.items, 60) for each in (first, second))
    assert [visit.key for visit in met] == [visit.key for visit in again_met]


def test_keys_cannot_be_forged_by_odd_codes() -> None:
    keys = {natural_key("k", *parts) for parts in (("a/b",), ("a", "b"), (None,), ("-",), ("",), ("a", None), ("a-",))}
    assert len(keys) == 7


def test_a_command_id_is_the_same_for_ever_and_per_store() -> None:
    assert command_id("s1", "booking/x") == command_id("s1", "booking/x")
    assert command_id("s1", "booking/x") != command_id("s2", "booking/x")
    assert len(command_id("s1", "booking/x")) == 32


def test_settled_turns_known_facts_into_merges_and_refused_ones_into_rejections(
    book_files: dict[str, bytes], mapping: SalonMapping
) -> None:
    draft = read_files(book_files, mapping)
    beno = next(item.key for item in draft.book.items if item.customer == "BENO01")
    everything = {outcome.key for outcome in draft.outcomes if not isinstance(outcome, Rejected)}
    again = draft.settled(known=everything)
    assert not any(isinstance(outcome, Imported) for outcome in again.outcomes)
    refused = draft.settled(refused={beno: "conflict"})
    lines = {(outcome.source.file, outcome.source.line) for outcome in refused.outcomes if isinstance(outcome, Rejected)}
    assert lines == {("Future Bookings (All Clients)0.csv", 4), ("No-Show Report0.csv", 2)}


def test_cancellations_count_their_days_by_the_dates(mapping: SalonMapping) -> None:
    text = (
        "Cancel Date,Code,Service,Staff,Booking Date,Canceled By,Days\n"
        "05/10/2018,ANNA01,SHCW,MIA,05/12/2018,MIA,7\n"
        "05/10/2018,BENO01,SHCW,MIA,04/03/2018,MIA,-37\n"
        "05/10/2018,CARA01,SHCW,MIA,05/12/2018,,\n"
    )
    draft = read_files({"c.csv": text.encode()}, mapping)
    assert [entry.days_ahead for entry in draft.book.cancellations] == [2, -37, 2]
    assert warned(draft).count(Warn.DAYS_DISAGREE) == 1
    assert warned(draft).count(Warn.CANCELLED_AFTERWARDS) == 1


def test_a_file_with_the_day_first_is_refused_as_a_whole(mapping: SalonMapping) -> None:
    rows = [f"ANNA0{day % 10},MIA,SHCW,{day:02d}/05/2018,9:00:00 AM,540" for day in range(1, 29)]
    draft = bookings(mapping, *rows)
    assert [refusal.code for refusal in draft.refused] == [FileFault.DATE_ORDER_CONTRADICTS_MAPPING]
    assert draft.outcomes == ()
    other_way = mapping.model_copy(update={"dates": "day_first"})
    assert {item.day for item in bookings(other_way, *rows).book.items} == {date(2018, 5, day) for day in range(1, 29)}


def test_one_wrong_file_leaves_the_others_as_they_are(book_files: dict[str, bytes], mapping: SalonMapping) -> None:
    whole = read_files(book_files, mapping)
    with_wrong = read_files({**book_files, "scan.csv": b"%PDF-1.4 nothing"}, mapping)
    assert with_wrong.book == whole.book
    assert [refusal.file for refusal in with_wrong.refused] == ["scan.csv"]


@pytest.mark.parametrize("line", [3, 5])
def test_an_unreadable_row_stands_on_the_account_with_its_line(
    book_files: dict[str, bytes], mapping: SalonMapping, line: int
) -> None:
    name = "Future Bookings (All Clients)0.csv"
    lines = book_files[name].decode().splitlines()
    lines[line - 1] = lines[line - 1].replace("2018", "2O18")
    draft = read_files({name: "\n".join(lines).encode()}, mapping)
    rejected = [outcome for outcome in draft.outcomes if isinstance(outcome, Rejected)]
    assert [(outcome.source, outcome.code) for outcome in rejected] == [(Source(name, line), RowFault.BAD_DATE)]
    assert len(draft.book.items) == 4


SERVICES = "IsActive,Code,Desc,Cate,Price,Cost\n"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("TRUE,SHCW,Cut,STYLE,-90,5", RowFault.BAD_PRICE),
        ("TRUE,SHCW,Cut,STYLE,(90),5", RowFault.BAD_PRICE),
        ("TRUE,SHCW,Cut,STYLE,100000.01,5", RowFault.BAD_PRICE),
        ("TRUE,SHCW,Cut,STYLE,1e3,5", RowFault.BAD_NUMBER),
        (f"TRUE,SHCW,{'x' * 201},STYLE,90,5", RowFault.VALUE_TOO_LONG),
        ("TRUE,SHCW,Cut 4111 1111 1111 1111,STYLE,90,5", RowFault.CARD_NUMBER),
    ],
)
def test_a_service_that_the_hub_would_refuse_is_rejected_and_its_bookings_are_kept(
    mapping: SalonMapping, row: str, fault: RowFault
) -> None:
    files = {"s.csv": f"{SERVICES}{row}\n", "b.csv": f"{HEADER}ANNA01,LEO,SHCW,05/15/2018,9:00:00 AM,540\n"}
    draft = read_files({name: text.encode() for name, text in files.items()}, mapping)
    assert [outcome.code for outcome in draft.outcomes] == [Arrival.BOOKING, fault]
    assert [(service.code, service.listed) for service in draft.book.services] == [("SHCW", False)]


@pytest.mark.parametrize("price", ["0", "100000", ""])
def test_the_limits_of_a_price_are_prices(mapping: SalonMapping, price: str) -> None:
    draft = read_files({"s.csv": f"{SERVICES}TRUE,SHCW,{'x' * 200},STYLE,{price},5\n".encode()}, mapping)
    assert [outcome.code for outcome in draft.outcomes] == [Arrival.SERVICE]


@pytest.mark.parametrize("cells", ["4111111111111111,LEO,SHCW", "ANNA01,4111-1111-1111-1111,SHCW"])
def test_a_card_number_is_not_kept(mapping: SalonMapping, cells: str) -> None:
    draft = bookings(mapping, f"{cells},05/15/2018,9:00:00 AM,540", "4111111111111112,LEO,SHCW,05/15/2018,9:00:00 AM,540")
    assert [outcome.code for outcome in draft.outcomes] == [RowFault.CARD_NUMBER, Arrival.BOOKING]


def test_what_was_charged_beyond_any_price_is_no_price(mapping: SalonMapping) -> None:
    receipts = "Receipt,Date,Description,Amount\n1,05/15/2018,Cut,9999999\n"
    files = {"s.csv": f"{SERVICES}TRUE,SHCW,Cut,STYLE,0,5\n", "r.csv": receipts}
    draft = read_files({name: text.encode() for name, text in files.items()}, mapping)
    assert [service.price_minor for service in draft.book.services] == [None]
