"""Salon Hub: the store's live operations hub."""
