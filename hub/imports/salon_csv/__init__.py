"""One salon system's CSV exports, read into the canonical book. Pure but for reading the folder.

reading.py     bytes → text → records with their physical line
layouts.py     which report a file is, by its header
tables.py      one file → its rows by column name
fields.py      single values: codes, dates, times, amounts
rows.py        a row's values → a typed row of its report
mapping.py     what the export has no column for; default_mapping.yaml is the one shipped
services.py    the catalogue and the staff as the book shows them
shifts.py      when each member of staff must have been there
visits.py      which items of a customer are one visit
assembling.py  typed rows → book and account
folder.py      a folder → book and account
"""

from hub.imports.salon_csv.folder import read_files, read_folder
from hub.imports.salon_csv.mapping import MappingRefused, SalonMapping, default_mapping, load_mapping

__all__ = ["MappingRefused", "SalonMapping", "default_mapping", "load_mapping", "read_files", "read_folder"]
