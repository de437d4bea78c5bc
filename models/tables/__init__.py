"""SQLAlchemy tables, one file per module of the plan."""
