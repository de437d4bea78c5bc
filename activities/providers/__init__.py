"""Adapters to the providers, one file per SDK, behind the Protocols of ports.py."""
