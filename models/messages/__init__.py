"""What crosses the Temporal boundary."""
