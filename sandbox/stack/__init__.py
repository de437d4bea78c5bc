"""The whole system on one machine: starts, watches and stops every process in order."""
