"""SQLAlchemy tables, one file per module of the plan. Importing this knows them all."""

from models.tables import (
    catalog,
    compliance,
    crm,
    finance,
    guides,
    identity,
    integration,
    operations,
    partners,
    quote,
)
from models.tables.base import Base

__all__ = [
    "Base",
    "catalog",
    "compliance",
    "crm",
    "finance",
    "guides",
    "identity",
    "integration",
    "operations",
    "partners",
    "quote",
]
