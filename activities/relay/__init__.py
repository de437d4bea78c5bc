"""Brings stored facts to their workflows, at least once."""

from activities.relay.relay import Relay

__all__ = ["Relay"]
