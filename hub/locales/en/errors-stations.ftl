error-already-closed = This place is closed already.
error-not-closed = This place is open.
error-place-in-use = Somebody is at this place just now, so it cannot become another kind of place. Please wait until they are done.
