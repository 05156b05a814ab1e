"""The team: who works here, what they can do, when they are there and whose turn it is (轮钟).

It owns technicians with skills and contact, shifts, absences and turns. It does not own accounts and PINs (security), nor whom
a technician serves (visits, planning).
"""
