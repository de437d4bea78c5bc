"""The stand-in of the identity provider."""

from sandbox.identity.app import create_identity_provider

__all__ = ["create_identity_provider"]
