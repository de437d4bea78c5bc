"""A pricing rule as a form, and the form as a rule."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from api.pages.backoffice.frame import Typed
from api.pages.backoffice.quote_fields import CURRENCIES, to_major, to_minor
from api.pages.translation import N_
from models.domain.money import Money
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.rounding import Charm, CharmScope
from models.domain.rates import Span
from models.domain.rule_book import RuleTerms
from models.domain.stages import ServiceKind

Chosen = dict[str, list[str]]

KINDS = tuple(ServiceKind)
LONGEST_NAME = 120
LONGEST_LIST = 40
MOST_ENDINGS = 5
LARGEST_PERCENT = 1_000
LARGEST_FIXED_MINOR = 10**12
NO_NAME = N_("Give the rule a name of at most 120 characters.")
NO_PERCENT = N_("Write a percentage such as 25 or 12.5.")
NO_MARGIN = N_("A margin is between -100 and less than 100 percent of the price.")
NO_MARKUP = N_("A markup is between -100 and 1,000 percent of the cost.")
NO_AMOUNT = N_("Write an amount such as 90 or 90.50.")
NO_DAYS = N_("Choose both days, the first before the last, or none.")
NO_STEP = N_("Write an amount above zero such as 10, or leave it empty.")
NO_ENDINGS = N_("Write up to five amounts below the step with spaces between, such as 5 9.")
TOO_MANY = N_("These are too many: at most 40.")


def to_form(terms: RuleTerms) -> tuple[Typed, Chosen]:
    """The texts of the form's fields for a rule, and what is chosen in its lists."""
    markup, fixed, span = terms.markup, terms.markup.fixed, terms.span
    entered = Typed(
        name=terms.name,
        price=markup.kind.value,
        percent="" if markup.kind is MarkupKind.FIXED else f"{markup.percent:f}",
        amount=to_major(fixed.amount_minor, fixed.currency) if fixed else "",
        currency=fixed.currency if fixed else "USD",
        per_person="yes" if markup.per_person else "",
        routes=", ".join(sorted(terms.routes)),
        segments=", ".join(sorted(terms.segments)),
        first_on=str(span.first_on) if span else "",
        last_on=str(span.last_on) if span else "",
    )
    return entered, {"kinds": sorted(terms.kinds), "partner_ids": sorted(terms.partner_ids)}


def from_form(entered: Typed, chosen: Chosen) -> tuple[RuleTerms | None, Typed]:
    """The rule that a form means, or None and what is wrong with it by field."""
    errors = Typed()
    name = entered["name"].strip()
    if not 0 < len(name) <= LONGEST_NAME:
        errors["name"] = NO_NAME
    markup = _markup(entered, errors)
    span = _span(entered, errors)
    lists = {field: _words(entered[field], field, errors) for field in ("routes", "segments")}
    if markup is None or errors:
        return None, errors
    terms = RuleTerms(
        name,
        markup,
        kinds=frozenset(one for one in KINDS if one.value in chosen.get("kinds", [])),
        partner_ids=frozenset(chosen.get("partner_ids", [])[:LONGEST_LIST]),
        span=span,
        **lists,
    )
    return terms, errors


def currency_of(entered: Typed) -> str:
    """The currency that was chosen; the first one for anything else."""
    return entered["currency"] if entered["currency"] in CURRENCIES else CURRENCIES[0]


def charm_of(entered: Typed) -> tuple[Charm | None, Typed]:
    """The charm prices that a form means (None without a step), and what is wrong by field."""
    errors, currency = Typed(), currency_of(entered)
    if not entered["step"].strip():
        return None, errors
    step = to_minor(entered["step"], currency)
    endings = [to_minor(part, currency) for part in entered["endings"].split() or ["0"]]
    scope = entered["scope"] if entered["scope"] in set(CharmScope) else CharmScope.PERSON
    if not step:
        errors["step"] = NO_STEP
    elif any(one is None or one >= step for one in endings) or len(endings) > MOST_ENDINGS:
        errors["endings"] = NO_ENDINGS
    if errors or not step:
        return None, errors
    return Charm(step, tuple(sorted(one or 0 for one in endings)), CharmScope(scope)), errors


def _markup(entered: Typed, errors: Typed) -> Markup | None:
    if entered["price"] == MarkupKind.FIXED.value:
        return _fixed(entered, errors)
    kind = MarkupKind.MARGIN if entered["price"] == MarkupKind.MARGIN.value else MarkupKind.MARKUP
    try:
        percent = Decimal(entered["percent"].strip())
    except InvalidOperation:
        errors["percent"] = NO_PERCENT
        return None
    if not percent.is_finite() or percent < -100:  # noqa: PLR2004 - given away for nothing
        errors["percent"] = NO_MARGIN if kind is MarkupKind.MARGIN else NO_MARKUP
    elif kind is MarkupKind.MARGIN and percent >= 100:  # noqa: PLR2004 - a price without a cost
        errors["percent"] = NO_MARGIN
    elif percent > LARGEST_PERCENT:
        errors["percent"] = NO_MARKUP
    return None if errors["percent"] else Markup(kind, percent)


def _fixed(entered: Typed, errors: Typed) -> Markup | None:
    currency = currency_of(entered)
    minor = to_minor(entered["amount"].strip(), currency)
    if minor is None or not 0 <= minor <= LARGEST_FIXED_MINOR:
        errors["amount"] = NO_AMOUNT
        return None
    per_person = entered["per_person"] == "yes"
    return Markup(MarkupKind.FIXED, fixed=Money(minor, currency), per_person=per_person)


def _span(entered: Typed, errors: Typed) -> Span | None:
    first, last = entered["first_on"], entered["last_on"]
    if not first and not last:
        return None
    try:
        span = Span(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        errors["last_on"] = NO_DAYS
        return None
    if span.last_on < span.first_on:
        errors["last_on"] = NO_DAYS
    return span


def _words(text: str, field: str, errors: Typed) -> frozenset[str]:
    """Names with commas between them."""
    found = frozenset(part.strip() for part in re.split(r"[,\n]", text) if part.strip())
    if len(found) > LONGEST_LIST or any(len(one) > LONGEST_NAME for one in found):
        errors[field] = TOO_MANY
    return found
