"""What Temporal Schedules start."""
