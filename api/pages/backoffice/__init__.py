"""The back office: HTML for staff."""
