"""Every door for the outside."""
