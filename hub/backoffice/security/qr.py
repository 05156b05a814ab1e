"""QR codes as rows of 0 and 1, which the browser draws."""

from __future__ import annotations

import qrcode
from qrcode.constants import ERROR_CORRECT_M


def matrix(text: str) -> list[str]:
    """The modules of `text`'s QR code without the quiet zone, one string of 0 and 1 per row."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return ["".join("1" if module else "0" for module in row) for row in code.get_matrix()]
