"""The catalog: what the store offers and when it is open.

It owns services with their phases, the words of consent forms, the store's own words in place of the product's texts, skills,
kinds of place, opening hours and closed days. It does not own the people who have the skills (team), the places of a kind
(stations), nor what customers booked (bookings).
"""
