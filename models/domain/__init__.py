"""Pure rules over plain data; the standard library only."""
