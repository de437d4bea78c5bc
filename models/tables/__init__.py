"""SQLAlchemy tables, one file per module of the plan. Importing this knows them all."""

from models.tables import (
    audit,
    catalog,
    compliance,
    crm,
    customers,
    desk,
    finance,
    guides,
    identity,
    inbound,
    integration,
    operations,
    partners,
    quote,
    quote_readers,
    rosters,
    search,
)
from models.tables.base import Base

__all__ = [
    "Base",
    "audit",
    "catalog",
    "compliance",
    "crm",
    "customers",
    "desk",
    "finance",
    "guides",
    "identity",
    "inbound",
    "integration",
    "operations",
    "partners",
    "quote",
    "quote_readers",
    "rosters",
    "search",
]
