"""Deterministic stories, one workflow a file."""
