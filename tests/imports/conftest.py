"""A small made-up book in the export's form, and where the real one may be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hub.imports.salon_csv import SalonMapping, default_mapping

SERVICES = """IsActive,Code,Desc,Cate,Price,Cost
TRUE,SHCW,Women's hair cut,STYLE,90,5
TRUE,CTU,Color touch up,COLOR,0,10
FALSE,OLD,An old service,STYLE,12.50,0
TRUE,NONAME,,MISC,0,0
"""
BOOKINGS = """Code,Staff,Service,Date,Time,TimeInt
ANNA01,MIA,CTU,05/15/2018,9:00:00 AM,540
ANNA01,LEO,SHCW,05/15/2018,10:10:00 AM,610
BENO01,LEO,SHCW,05/15/2018,2:00:00 PM,840
CARA01,HOUSE,SHCW,05/16/2018,12:00:00 PM,720
,LEO,SHCW,05/16/2018,12:00:00 PM,720
"""
NO_SHOWS = """Date,Code,Service,Staff
05/15/2018,BENO01,SHCW,LEO
05/17/2018,DORA01,SHCW,MIA
"""
CANCELLATIONS = """Cancel Date,Code,Service,Staff,Booking Date,Canceled By,Days
05/14/2018,ANNA01,CTU,MIA,05/15/2018,LEO,1
05/10/2018,EMIL01,SHCW,LEO,05/20/2018,MIA,10
"""
RECEIPTS = """Receipt,Date,Description,Client,Staff,Quantity,Amount,GST,PST
1,05/15/2018,Color touch up,ANNA01,MIA,1,70,3.5,5.6
1,05/15/2018,Color touch up,ANNA01,MIA,1,70,3.5,5.6
2,05/15/2018,miscellaneous,ANNA01,HOUSE,1,-50,-2.5,-4
"""
PRODUCTS = """IsActive,Code,Description,Supplier,Brand,Category,Price,On Hand,Minimum,Maximum,Cost,COG,YTD,Package
TRUE,SHAMPOO1,Shampoo 250ml,ACME,ACME,RETAIL,30,-2,2,2,15,30,60,FALSE
"""


@pytest.fixture(scope="session")
def mapping() -> SalonMapping:
    return default_mapping()


@pytest.fixture(scope="session")
def book_files() -> dict[str, bytes]:
    """The six reports of the made-up book by file name: 17 rows."""
    texts = {
        "Service Listing0.csv": SERVICES,
        "Future Bookings (All Clients)0.csv": BOOKINGS,
        "No-Show Report0.csv": NO_SHOWS,
        "Client Cancellations0.csv": CANCELLATIONS,
        "Receipt Transactions0.csv": RECEIPTS,
        "Product Listing (Retail)0.csv": PRODUCTS,
    }
    return {name: text.encode() for name, text in texts.items()}


@pytest.fixture(scope="session")
def real_book() -> Path:
    """The folder of the real book; skips where it is missing."""
    root = Path(__file__).parents[2]
    shared = Path(os.environ.get("SALON_HUB_SHARED", root.parent / "shared"))
    folder = shared / "data" / "salon-2018"
    if not folder.is_dir():
        pytest.skip(f"no real book: {folder} is not there (SALON_HUB_SHARED names the folder that holds data/)")
    return folder
