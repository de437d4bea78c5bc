"""Rules, messages, tables and the only SQL."""
