"""Plays whole lives of bookings on a running stack, through the doors that people use."""
