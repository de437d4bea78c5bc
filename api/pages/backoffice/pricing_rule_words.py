"""Pricing rules in words: for which sales they are, and how the price is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from api.pages import formats
from api.pages.formats import words
from api.pages.translation import N_, gettext
from models.domain.money import minor_digits
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.rounding import Charm, CharmScope
from models.domain.rule_book import KeptRule, RuleTerms


@dataclass(frozen=True)
class ShownRule:
    """A rule as the list shows it."""

    rule: KeptRule
    conditions: str
    price: str


def shown(rule: KeptRule, names: Mapping[str, str]) -> ShownRule:
    """A rule in words; `names` are those of partners by id."""
    return ShownRule(rule, conditions_of(rule.terms, names), price_of(rule.terms.markup))


def conditions_of(terms: RuleTerms, names: Mapping[str, str]) -> str:
    """For which sales a rule is: `Hotel · Vietnam · 1 Oct 2027 to 31 Mar 2028`."""
    span = terms.span
    parts = [
        ", ".join(words(kind) for kind in sorted(terms.kinds)),
        ", ".join(sorted(names.get(one, one) for one in terms.partner_ids)),
        ", ".join(sorted(terms.routes)),
        gettext(
            "%(first)s to %(last)s",
            first=formats.day(span.first_on),
            last=formats.day(span.last_on),
        )
        if span
        else "",
        gettext("customers: %(segments)s", segments=", ".join(sorted(terms.segments)))
        if terms.segments
        else "",
    ]
    return " · ".join(part for part in parts if part) or gettext("everything")


def price_of(markup: Markup) -> str:
    """How a price is made: `25 % markup`, `20 % margin`, `USD 90.00 a traveller`."""
    if markup.kind is MarkupKind.FIXED and markup.fixed is not None:
        amount = formats.money(markup.fixed.amount_minor, markup.fixed.currency)
        return gettext("%(amount)s a traveller", amount=amount) if markup.per_person else amount
    percent = formats.rate(markup.percent)
    if markup.kind is MarkupKind.MARGIN:
        return gettext("%(percent)s %% margin", percent=percent)
    return gettext("%(percent)s %% markup", percent=percent)


SCOPES = {
    CharmScope.PERSON: N_("What one traveller pays for the trip"),
    CharmScope.LINE: N_("Each line"),
}
"""Which price is made to look good."""
SAMPLES = (Decimal(83), Decimal(1_234), Decimal(1_299))
LARGE_SAMPLES = (Decimal(2_083_400), Decimal(31_234_567), Decimal(31_299_000))
"""Prices of before, for currencies with decimals and for those without."""


@dataclass(frozen=True)
class ShownCharm:
    """The charm prices of a currency with examples: pairs of before and after."""

    currency: str
    scope: str
    examples: list[tuple[str, str]]


def shown_charm(currency: str, charm: Charm) -> ShownCharm:
    """Charm prices in words and examples."""
    digits = minor_digits(currency)
    samples = [int(one.scaleb(digits)) for one in (SAMPLES if digits else LARGE_SAMPLES)]
    examples = [
        (formats.money(one, currency), formats.money(charm.up(one), currency)) for one in samples
    ]
    return ShownCharm(currency, gettext(SCOPES[charm.scope]), examples)
