"""Figures: ratios of one run on one machine, same clients, same bytes, the contenders in turn."""
