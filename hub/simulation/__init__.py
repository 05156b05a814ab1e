"""A store's days played through without a store: what a roster, a book and a way of planning are worth.

Owns: the description of a store, its customers as draws from published distributions, the events of a day, the policies
that are compared, and what is measured of them. Does not own: planning itself. The policies ask the solver as the hub does.
"""
