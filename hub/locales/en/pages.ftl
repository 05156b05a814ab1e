page-missing-title = Nothing here
page-missing-text = There is no page at this address. Perhaps it was mistyped.
page-missing-home = To the start page
