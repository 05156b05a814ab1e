"""Books of other systems, read and judged row by row.

Owns: reading foreign files, the canonical book that comes out of them, and the report that accounts for every row.
Does not own: writing to the store. A book becomes commands, and those pass the one door like any other.

    book.py       the canonical book, every fact with a natural key
    findings.py   what can be said about a file and a row
    draft.py       a book read and judged, before anything is written
    report.py     the account in words and in numbers
    salon_csv/    the reader of one salon system's CSV exports
"""
