signature-here = Please sign here
signature-clear = Clear
signature-done = Signed
signature-changed = These words have just been changed. Please read them again.
