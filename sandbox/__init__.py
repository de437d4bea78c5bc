"""Stand-ins that speak the providers' HTTP, and the local one-command stack."""
