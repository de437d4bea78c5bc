"""Open pages that follow what changes: one connection that listens, told on in memory."""
