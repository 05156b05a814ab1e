error-kiosk-step = The screen has moved on; please tap again.
