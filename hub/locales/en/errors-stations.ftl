error-already-closed = This place is closed already.
error-not-closed = This place is open.
