"""What a trip costs, what it is sold for, and why: pure functions over plain data."""
