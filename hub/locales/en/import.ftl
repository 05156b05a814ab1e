import-file = { $file } — { $kind }
import-counts = { $rows ->
    [one] one row
   *[other] { $rows } rows
  }: { $imported } imported, { $merged } merged, { $rejected } rejected
import-total = All together { $rows ->
    [one] one row
   *[other] { $rows } rows
  }: { $imported } imported, { $merged } merged, { $rejected } rejected.
import-kept-for-later = { $count ->
    [one] One of the imported rows is kept word for word for later.
   *[other] { $count } of the imported rows are kept word for word for later.
  }
import-row-imported = line { $line }: imported { $reason }
import-row-merged = line { $line }: merged, { $reason }
import-row-rejected = line { $line }: rejected, { $reason }
import-warning-of-file = Note on { $file }: { $said }
import-warning-of-lines = Note on { $file }, line { $lines }: { $said }
import-lines-and-more = { $lines } and { $more } more
import-file-refused = { $file } changes nothing: { $reason }

import-kind-services = service listing
import-kind-bookings = bookings
import-kind-no-shows = no-shows
import-kind-cancellations = cancellations
import-kind-receipts = receipts
import-kind-products = products

import-imported-service = as a service
import-imported-booking = as a booking
import-imported-cancellation = as a cancelled booking
import-imported-no-show = as a no-show
import-imported-kept-for-later = and kept word for word for later

import-merged-duplicate = says the same as line { $other_line } of { $other_file }
import-merged-service-differs = the service stands already in line { $other_line } of { $other_file }, with other details; those count
import-merged-product-differs = the product stands already in line { $other_line } of { $other_file }, with other details; those count
import-merged-no-show-of-booking = the customer did not come to the booking in line { $other_line } of { $other_file }
import-merged-cancellation-of-kept-booking = cancelled, but booked again for the same day in line { $other_line } of { $other_file }; that booking stays
import-merged-no-show-of-known-booking = the customer did not come to the booking that an earlier import brought
import-merged-cancellation-of-known-booking = it cancels the booking that an earlier import brought
import-merged-cancellation-before-known-booking = cancelled, but an earlier import brought a booking of the same day that was made again; that booking stays
import-merged-already-imported = an earlier import brought it

import-rejected-unclosed-quote = a quotation mark is never closed
import-rejected-line-too-long = the line is far too long
import-rejected-undecodable = some characters are damaged
import-rejected-control-characters = it holds control characters
import-rejected-empty-row = all cells are empty
import-rejected-repeated-header = it is the header again
import-rejected-too-few-columns = only { $found } of { $expected } columns
import-rejected-too-many-columns = { $found } columns instead of { $expected }
import-rejected-columns-disagree = the column “{ $column }” is there twice and says two things
import-rejected-missing-value = “{ $column }” is empty
import-rejected-value-too-long = a value has more than { $most } characters
import-rejected-bad-date = “{ $value }” ({ $column }) is no day
import-rejected-bad-time = “{ $value }” is no time of day
import-rejected-times-disagree = two times: “{ $time }” and minute “{ $minute }”; please enter this booking by hand
import-rejected-time-does-not-exist = { $value } was skipped when summer time began
import-rejected-bad-number = “{ $value }” ({ $column }) is no number
import-rejected-bad-price = { $value } is no price that a service may have
import-rejected-card-number = it holds what looks like the number of a payment card; such numbers are not kept
import-rejected-nobody-named = neither a customer nor a stylist is named
import-rejected-refused-by-hub = the hub refused it ({ $code })
import-rejected-held-back = held back, because another file was refused and so nothing at all was written

import-file-refused-not-a-folder = it cannot be opened as a folder ({ $cause })
import-file-refused-no-files = the folder holds no CSV file
import-file-refused-too-many-files = { $found } files; at most { $most } at a time
import-file-refused-unreadable = it cannot be read ({ $cause })
import-file-refused-not-a-file = it is a folder or a device, not a file
import-file-refused-empty = it is empty
import-file-refused-too-large = it is too large ({ $bytes } bytes; at most { $most })
import-file-refused-too-many-rows = it has more than { $most } rows
import-file-refused-not-text = it is not a text file
import-file-refused-another-format = it is a { $format } file, not CSV
import-file-refused-unknown-header = no header of a known report is in it
import-file-refused-missing-columns = it looks like { $kind }, but these columns are missing: { $columns }
import-file-refused-name-contradicts-content = its name says { $claimed }, its columns say { $found }
import-file-refused-date-order-contradicts-mapping = { $found ->
    [day_first] its dates have the day first; set “dates: day_first” in the mapping
   *[month_first] its dates have the month first; set “dates: month_first” in the mapping
  }

import-warning-file-ignored = not a CSV file, not read
import-warning-encoding-guessed = the encoding is a guess ({ $encoding }); look at names with accents
import-warning-lines-before-header = { $lines ->
    [one] one line above the header was skipped
   *[other] { $lines } lines above the header were skipped
  }
import-warning-duplicate-column = the column “{ $column }” is there twice
import-warning-extra-columns = unknown columns, not used: { $columns }
import-warning-columns-left-empty = columns that are missing and were taken as empty: { $columns }
import-warning-one-time-only = { $column ->
    [minute] the time cannot be read; the minute (TimeInt) was used
   *[time] the minute (TimeInt) cannot be read; the time was used
  }
import-warning-hour-twice = this hour came twice when summer time ended; the first one was taken
import-warning-no-customer = no customer is named; kept as a booking of an unknown customer
import-warning-no-staff = no stylist is named; kept without a requested technician
import-warning-unknown-service = the mapping has no durations for { $service }; { $minutes } minutes were taken from its category or the default
import-warning-service-not-listed = { $service } is booked, but it is not in the service listing
import-warning-service-without-name = { $service } has no name in the listing
import-warning-unknown-staff = the mapping does not know { $staff }; added to the team at level 3
import-warning-double-booked = { $staff } already begins line { $other_line } of { $other_file } at that minute; both bookings are kept and the plan will part them
import-warning-booked-twice-that-day = the same service, customer and stylist on the same day at another time stand in line { $other_line } of { $other_file }; both are kept
import-warning-days-disagree = { $days } days ahead by the report, { $counted } by the dates; the dates count
import-warning-cancelled-afterwards = cancelled { $days } days after the booked day; kept as it is
import-warning-no-show-without-booking = there is no booking for this no-show; kept without a time of day

import-mapping-refused = The mapping { $file } cannot be used:
import-mapping-problem = { $where ->
    [none] { $what }
   *[other] { $where }: { $what }
  }

import-stopped-zone-differs = The store's clock is that of { $store }, the mapping says { $book }. Nothing was written.
import-stopped-currency-differs = The store counts in { $store }, the mapping says { $book }. Nothing was written.
import-stopped-database-unknown = The store's database does not fit this release: { $cause }. Nothing was written.
import-stopped-data-unusable = { $data } cannot be used as the store's folder ({ $cause }). Nothing was written.
import-stopped-unavailable = The store's database was busy for too long. What is not rejected stays; run the import again for the rest.
import-dry-run = A dry run: nothing was written.
import-store-opened = A new store was opened in { $data }. Its accounts, shown this once:
import-shift-refused = The shift of { $staff } on { $day } was not put ({ $code }).

replay-no-store = There is no store in { $data }. Import a book first: salon-hub import salon-csv DIR --data { $data }
replay-no-such-day = No booking of { $day } is in { $data }. { $first ->
    [none] It holds no bookings at all.
   *[other] Its bookings are from { $first } to { $last }.
  }
replay-only-sqlite = A day can be replayed only from a store whose database is a file.
replay-database-unknown = The store's database does not fit this release: { $cause }
replay-begins = { $day } is lived again as { $today }: { $bookings } bookings, { $no_shows } who will not come, { $cancels } who will cancel. It runs on a copy of the store; fresh links: salon-hub links --data { $data }
demo-other-store = The store in { $data } is a real one. The demo plays a store of its own: give it another folder with --data.
