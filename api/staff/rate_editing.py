"""What staff agree and import on rate cards, for the JSON API and the pages."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool

from api.staff.desk import Desk
from api.staff.rate_card_schemas import NextRateCardIn, RateCardIn
from api.staff.rate_files import read_table
from models.domain.auditing import AuditAction
from models.domain.errors import NotNewestVersionError, SheetRefusedError
from models.domain.files import CONTROL, LONGEST_NAME
from models.domain.rate_checks import CardFault, check_card
from models.domain.rate_sheets import Judgement, Verdict, judge
from models.domain.rates import RateCard
from models.messages.ids import id_of_command
from models.store import partner_contracts, rate_cards, rate_imports
from models.tables.partners import RateImport


@dataclass(frozen=True)
class Import:
    """A file held against a card: each line's verdict, and what would be wrong with the card."""

    stored: RateImport
    card: RateCard
    judgement: Judgement
    faults: tuple[CardFault, ...]
    """Gaps and overlaps that the card would have."""
    newest: bool
    """Whether the card has no newer version than the one the file was held against."""

    @property
    def applicable(self) -> bool:
        """Whether it can be applied, and would change something."""
        waits = self.stored.applied_card_id is None and self.newest
        return waits and not self.judgement.faults and self.judgement.changes_something


async def agree_card(desk: Desk, wanted: RateCardIn) -> str:
    """The first version of a card; returns its id.

    Raises:
        NotFoundError: there is no such contract.
    """
    card_id = id_of_command("rate", desk.command_id)
    async with desk.sessions.begin() as session:
        contract = await partner_contracts.find_contract(session, wanted.contract_id)
        card = wanted.card(card_id=card_id, partner_id=contract.partner_id, contract_id=contract.id)
        if await rate_cards.add_card(session, card, by=desk.actor):
            await desk.audit.record(
                session, AuditAction.RATES_AGREED, card_id, after=_outline(card)
            )
    return card_id


async def agree_next_card(desk: Desk, card_id: str, wanted: NextRateCardIn) -> str:
    """The next version of a card; returns its id. What there was stays as it was.

    Raises:
        NotFoundError: there is no such card.
        NotNewestVersionError: it has a newer version by now.
    """
    next_id = id_of_command("rate", desk.command_id)
    async with desk.sessions.begin() as session:
        before = await rate_cards.load_card(session, card_id)
        card = wanted.card(
            card_id=next_id, partner_id=before.partner_id, contract_id=before.contract_id
        )
        await _follow(desk, session, before, card, wanted.change_note)
    return next_id


async def _follow(
    desk: Desk, session: AsyncSession, before: RateCard, card: RateCard, change_note: str
) -> None:
    added = await rate_cards.add_version(
        session, card, based_on=before.id, change_note=change_note, by=desk.actor
    )
    if added:
        await desk.audit.record(
            session,
            AuditAction.RATES_AGREED,
            card.id,
            before={"card": before.id, **_outline(before)},
            after={**_outline(card), "note": change_note},
        )


def _outline(card: RateCard) -> dict[str, object]:
    """A card in the trace: its head and how much hangs on it; the versions have the rest."""
    lists = ("rows", "children", "closures", "offers", "cancellation", "allotments")
    return {
        "service": card.service,
        "currency": card.currency,
        "valid_from": card.validity.first_on,
        "valid_to": card.validity.last_on,
        **{name: len(getattr(card, name)) for name in lists},
    }


async def check_file(desk: Desk, card_id: str, name: str, content: bytes) -> str:
    """Holds a file against a card and changes nothing; returns the id under which it is kept.

    Raises:
        NotFoundError: there is no such card.
        NotNewestVersionError: it has a newer version.
        FileTooLargeError: the file is larger than a sheet of rates can be.
        SheetRefusedError: it can't be read, or its head is not that of a sheet of rates.
    """
    import_id = id_of_command("rateimport", desk.command_id)
    async with desk.sessions() as session:
        found = await rate_cards.find_card(session, card_id)
        if await rate_imports.is_kept(session, import_id):
            return import_id
        card = await rate_cards.load_card(session, card_id)
    if not found.card.current:
        raise NotNewestVersionError
    judgement = await run_in_threadpool(_judged, card, content)
    facts = {one.value: judgement.count(one) for one in Verdict}
    async with desk.sessions.begin() as session:
        kept = await rate_imports.keep_import(
            session,
            import_id,
            card_id,
            file_name=CONTROL.sub("", name).strip()[:LONGEST_NAME] or "rates",
            content=content,
            by=desk.actor,
        )
        if kept:
            await desk.audit.record(session, AuditAction.RATES_CHECKED, card_id, after=facts)
    return import_id


def _judged(card: RateCard, content: bytes) -> Judgement:
    return judge(card, read_table(content))


async def find_import(desk: Desk, card_id: str, import_id: str) -> Import:
    """A file as it was held against a card.

    Raises:
        NotFoundError: there is none.
    """
    async with desk.sessions() as session:
        stored = await rate_imports.find_import(session, card_id, import_id)
        card = await rate_cards.load_card(session, card_id)
        found = await rate_cards.find_card(session, card_id)
    judgement = await run_in_threadpool(_judged, card, stored.content)
    changed = replace(card, rows=judgement.rows)
    faults = () if judgement.faults else check_card(changed)
    return Import(stored, card, judgement, faults, newest=found.card.current)


async def apply_file(desk: Desk, card_id: str, import_id: str, seen: str) -> str:
    """Makes just what was shown the card's next version; returns its id, also when asked again.

    Args:
        desk: who does it.
        card_id: the version that the file was held against.
        import_id: the file.
        seen: the hash that was shown with the verdicts.

    Raises:
        NotFoundError: there is no such file.
        NotNewestVersionError: the card has a newer version by now, or something else was shown.
        SheetRefusedError: a line is wrong, or the file changes nothing.
    """
    next_id = id_of_command("rate", desk.command_id)
    async with desk.sessions.begin() as session:
        stored = await rate_imports.find_import(session, card_id, import_id, lock=True)
        if stored.applied_card_id is not None:
            return stored.applied_card_id
        if seen != rate_imports.digest_of(stored.content, card_id):
            raise NotNewestVersionError
        before = await rate_cards.load_card(session, card_id)
        judgement = await run_in_threadpool(_judged, before, stored.content)
        _require_applicable(judgement)
        card = replace(before, id=next_id, rows=judgement.rows)
        await _follow(desk, session, before, card, f"Import of {stored.file_name}")
        stored.applied_card_id = next_id
    return next_id


def _require_applicable(judgement: Judgement) -> None:
    if judgement.faults:
        first = judgement.faults[0]
        raise SheetRefusedError(f"Line {first.line}, {first.column}: {first.reason}")
    if not judgement.changes_something:
        raise SheetRefusedError("The file says just what the card says: there is nothing to do.")
