"""Doors for staff, JSON under /api/v1."""
