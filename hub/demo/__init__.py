"""A demo salon and its simulated people. It knows the hub only as everybody does: by commands, views and HTTP."""
