"""What the page of a quote and its PDF say of it alike, beside the version itself."""

from decimal import Decimal

from activities.quote_inclusions import lists_of
from activities.quote_lines import counts, service
from models.domain.money import round_minor
from models.domain.places import route
from models.domain.stages import ServiceKind
from models.domain.terms import clauses, refund_steps, terms_version
from models.store.quote_pages import QuoteView

STAYS = {ServiceKind.HOTEL, ServiceKind.CRUISE}


def quote_facts(view: QuoteView) -> dict[str, object]:
    """Where the travellers stay, each one's share of the price, the terms, and words for lines."""
    version, policy = view.version, view.about.policy
    return {
        "service": service,
        "counts": counts,
        "route": route(day.place for day in view.days),
        "stays": [line for line in view.included if line.kind in STAYS and line.nights],
        "per_person_minor": round_minor(Decimal(view.total_minor) / version.travelers),
        "lists": lists_of(view),
        "clauses": clauses(policy),
        "refund_steps": refund_steps(policy),
        "terms_version": terms_version(policy),
    }
