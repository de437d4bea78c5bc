"""Everything that the stand-ins were asked to send, kept and shown."""
