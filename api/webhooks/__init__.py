"""Doors for providers' events: verify, store, 2xx."""
