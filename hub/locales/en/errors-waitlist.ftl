error-offer-lapsed = The time to answer has run out, and the slot was offered to the next in line. You stay on the list.
error-offer-taken = This offer has been accepted already.
error-offer-declined = This offer has been declined already.
error-offer-withdrawn = This offer is no longer open: the time was needed otherwise. You stay on the list.
error-wait-over = This place on the waiting list has ended.
error-wait-dates = Please choose days from today on, at most { $days } in a row, and a time from before the time until.
