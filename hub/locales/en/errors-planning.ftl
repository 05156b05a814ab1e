error-stale-premises = Things have changed meanwhile; the day is being planned again.
error-not-planned = This service has begun or is not planned yet, so it cannot be moved.
error-no-room = It does not fit there: technician, place or time are in the way. Try another time or another technician.
error-place-shut = The place is closed at that time. Try another place or another time.
error-not-undoable = This step cannot be undone, or has been undone already.
error-proposal-gone = This proposal is too old. Please look at it again.
