"""The phases of a booking's life, each a coroutine that returns the next stage."""
