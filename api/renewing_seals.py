"""Exchanges the key of what is sealed: run once the new key stands first."""

from models.database import create_engine, session_factory
from models.sealing import sealer_of
from models.settings import Settings
from models.store.partner_parts import renew_seals


async def renew_all_seals(settings: Settings) -> int:
    """Seals everything anew with the key in use, in one transaction; returns how much there was.

    Raises:
        SealBrokenError: something was sealed with a key that is not among the settings'.
    """
    engine = create_engine(settings)
    try:
        async with session_factory(engine).begin() as session:
            return await renew_seals(session, sealer_of(settings))
    finally:
        await engine.dispose()
