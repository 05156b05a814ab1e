"""What people are owed about their data: who may see which field, a record of who looked, copies, consent, erasure, other keys.

Owns the record of sensitive views, approvals by a second person, erasures and the rotation of keys. Which columns are personal
is said where they are declared; what is copied, erased and sealed anew follows from there. Sign-in is not its business.
"""
