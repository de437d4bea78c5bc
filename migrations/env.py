"""Runs migrations over the settings' database, one transaction each, giving up on long locks."""

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

from models.settings import Settings
from models.tables import Base


def migrate(connection: Connection) -> None:
    """Runs the pending migrations on an open connection."""
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """Connects to the address given in the configuration, or else in the settings."""
    url = context.config.get_main_option("sqlalchemy.url") or Settings().async_database_url
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        migrate(connection)
    engine.dispose()


run()
