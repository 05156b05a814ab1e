"""Faults injected into a real hub. Each drill has a short form in the suite and its full form in `make drills`."""
