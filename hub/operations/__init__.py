"""The live day, from the booking to the door. Never imports the back office: the shop opens even when marketing is broken."""
