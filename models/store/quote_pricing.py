"""What a draft's price is worked out of: cards, exchange rates, policy, and what is taken already.

Seven queries, whatever the number of lines.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Integer, and_, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.choices import offered_prices
from models.domain.policy import Policy
from models.domain.pricing.conversion import conversions_to
from models.domain.pricing.feasibility_policy import FeasibilityPolicy
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.party import in_doubles
from models.domain.pricing.priced import PricedLine
from models.domain.pricing.quote import GroupPrice, PricedQuote, price
from models.domain.pricing.request import Passport, Quote, Rates, ServiceFee, Terms
from models.domain.pricing.rules import MarkupRule
from models.domain.pricing.taxes import Scheme, table_of
from models.domain.pricing_trace import trace_of_line, trace_of_quote
from models.domain.quote_draft import QuoteDraft, request_of
from models.domain.rates import RateCard
from models.domain.rule_book import RuleBook
from models.domain.stages import QuoteStatus, Stage
from models.store.exchange_rates import rates_in_force
from models.store.policies import parse_policy
from models.store.rate_cards import load_cards
from models.store.rule_books import rule_book
from models.tables import partners
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking
from models.tables.customers import CustomerPassport
from models.tables.quote import QuoteLine, QuoteVersion

ANY_DISCOUNT = 100
"""Percent: where the policy asks nobody."""
Left = Mapping[tuple[str, str, date], int]


@dataclass(frozen=True)
class PricedDraft:
    """A draft with its price; minor units of its currency."""

    draft: QuoteDraft
    cards: Mapping[str, RateCard]
    """Those it names that there are."""
    quote: PricedQuote
    offered: tuple[int, ...]
    """What each line adds to the price when it is chosen."""
    before_discount: tuple[int, ...]
    """The same without the discount of the trip."""
    by_size: tuple[GroupPrice, ...]
    """For groups of the sizes that the draft names, two by two in doubles."""

    margin_scheme: bool
    """Whether the trip is taxed on our margin, which its papers have to say."""

    @property
    def fee_minor(self) -> int:
        """Our fee, with its tax on top."""
        return self.quote.groups[0].totals.fee_total_minor

    @property
    def fee_vat_minor(self) -> int:
        """The ordinary VAT in it."""
        lines = sum(one.tax_minor for one in self.lines if one.tax.scheme is Scheme.VAT)
        return self.quote.groups[0].totals.vat_minor - lines if self.fee_minor else 0

    @property
    def lines(self) -> tuple[PricedLine, ...]:
        """Its lines in order."""
        return self.quote.groups[0].lines

    @property
    def total_minor(self) -> int | None:
        """The price; None while a line lacks one."""
        return self.quote.groups[0].total_minor

    def trace(self) -> dict[str, Any]:
        """What it costs and earns, as it is kept with the version."""
        return trace_of_quote(self.quote)

    def trace_of(self, number: int) -> dict[str, Any]:
        """Why a line, counted from 1, has its price, as it is kept with the line."""
        line, feasible = self.lines[number - 1], self.quote.feasible[number - 1]
        told = trace_of_line(line, feasible, self.quote.groups[0].party, self.quote.currency)
        return told | {"total_minor": self.offered[number - 1]}


async def price_draft(
    session: AsyncSession, booking: Booking, draft: QuoteDraft, booked_on: date
) -> PricedDraft:
    """Prices a draft of a booking by the cards it names, and the rates, rules and policy in force.

    Args:
        session: a transaction.
        booking: whose quote it is; what its own accepted quote takes is not taken from it.
        draft: days, lines and rooms.
        booked_on: the day for which offers, releases and safe dates are judged.

    Raises:
        InvalidInputError: the rooms don't fit who travels, or a markup is none.
    """
    cards = await load_cards(session, draft.card_ids)
    rates = await rates_in_force(session)
    policy = await _policy_of(session, booking)
    book = await rule_book(session)
    left = _left(cards, await _taken(session, draft.card_ids, booking.id))
    passports = await _passports(session, booking.customer_id)
    conversions = conversions_to(draft.currency, rates, policy.exchange_buffer_percent)
    exchanged = {from_currency for from_currency, _ in conversions}
    request = replace(request_of(draft, cards, exchanged, booked_on), passports=passports)
    terms = terms_of(book, policy, draft.currency)
    return _priced(draft, request, Rates(cards, conversions, left), terms)


def _priced(draft: QuoteDraft, request: Quote, rates: Rates, terms: Terms) -> PricedDraft:
    found = price(request, rates, terms)
    offered = offered_prices(found.groups[0], request, terms)
    full = offered
    if draft.discounts:
        bare = replace(request, discounts=())
        full = offered_prices(price(bare, rates, terms).groups[0], bare, terms)
    sizes = replace(request, groups=tuple(in_doubles(size) for size in draft.group_sizes))
    by_size = price(sizes, rates, terms).groups if sizes.groups else ()
    margin_scheme = terms.taxes.default.scheme is Scheme.MARGIN
    return PricedDraft(draft, rates.cards, found, offered, full, by_size, margin_scheme)


def terms_of(book: RuleBook, policy: Policy, currency: str) -> Terms:
    """How we sell in a currency: by the rules in their order, else at the policy's markup."""
    rules = book.in_force()
    markup = Markup(MarkupKind.MARKUP, policy.default_markup_percent)
    name = f"of the policy, version {policy.version}"
    others = MarkupRule(f"policy.v{policy.version}", name, len(rules) + 1, markup)
    return Terms(
        currency,
        (*rules, others),
        book.charms.get(currency),
        fee=ServiceFee(policy.service_fee_percent),
        taxes=table_of(policy.tax_treatment, policy.tax_percent),
        agent_percent=policy.agent_percent,
        discount_limit_percent=Decimal(policy.approval_discount_percent or ANY_DISCOUNT),
        feasibility=FeasibilityPolicy(
            frozenset(policy.stopping_dangers), policy.passport_months, policy.visa_days
        ),
    )


async def _passports(session: AsyncSession, customer_id: str) -> tuple[Passport, ...]:
    """Until when the passports on file of a customer and of who travels along are valid.

    Of several that somebody holds the one counts that is valid longest.
    """
    traveller = func.coalesce(CustomerPassport.companion_id, CustomerPassport.customer_id)
    statement = (
        select(traveller, func.max(CustomerPassport.expires_on))
        .where(CustomerPassport.customer_id == customer_id, CustomerPassport.ended_at.is_(None))
        .group_by(traveller)
        .order_by(traveller)
    )
    return tuple(Passport(*row) for row in await session.execute(statement))


async def _policy_of(session: AsyncSession, booking: Booking) -> Policy:
    """The policy in force for new prices: of the booking's campaign if that has its own."""
    mine = PolicyVersion.campaign.is_(None) | (PolicyVersion.campaign == booking.utm_campaign)
    stored = await session.scalar(
        select(PolicyVersion)
        .where(PolicyVersion.active, mine)
        .order_by(PolicyVersion.campaign.desc().nulls_last())
        .limit(1)
    )
    return parse_policy(stored.version, stored.body) if stored else Policy(booking.policy_version)


async def _taken(
    session: AsyncSession, card_ids: Collection[str], booking_id: str
) -> list[tuple[str, str, date, int]]:
    """Units of allotments that accepted quotes of other bookings take, by card, option and day.

    A card's next version holds the same units: what was taken of any version counts.
    """
    entry = func.jsonb_array_elements(QuoteLine.priced_from["allotments"]).table_valued(
        "value", joins_implicitly=True
    )
    told = cast(entry.c.value, JSONB)
    used, asked = (
        partners.RateCard.__table__.alias("used"),
        partners.RateCard.__table__.alias("asked"),
    )
    day, option = cast(told["day"].astext, Date), told["option"].astext
    statement = (
        select(asked.c.id, option, day, func.sum(cast(told["units"].astext, Integer)))
        .select_from(QuoteLine)
        .join(QuoteVersion, QuoteVersion.id == QuoteLine.quote_version_id)
        .join(Booking, Booking.id == QuoteVersion.booking_id)
        .join(entry, QuoteLine.priced_from.is_not(None))
        .join(used, used.c.id == told["card_id"].astext)
        .join(asked, and_(asked.c.series_id == used.c.series_id, asked.c.id.in_(sorted(card_ids))))
        .where(
            QuoteVersion.status == QuoteStatus.ACCEPTED,
            QuoteLine.chosen,
            QuoteVersion.booking_id != booking_id,
            Booking.stage != Stage.LOST,
        )
        .group_by(asked.c.id, option, day)
    )
    return [tuple(row) for row in await session.execute(statement)]


def _left(cards: Mapping[str, RateCard], taken: list[tuple[str, str, date, int]]) -> Left:
    """Units left on the days on which some are taken."""
    found = {}
    for card_id, option, day, units in taken:
        for held in cards[card_id].allotments if card_id in cards else ():
            if held.option == option and day in held.span:
                found[(card_id, option, day)] = held.units - units
    return found
