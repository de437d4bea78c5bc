"""The check of a card and the engine agree: a day without a fault has exactly one row."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.pricing.card_rows import Service
from models.domain.pricing.cost import cost
from models.domain.pricing.findings import FindingKind
from models.domain.pricing.party import in_doubles
from models.domain.rate_checks import CardFault, FaultKind, check_card
from models.domain.rates import Basis, RateRow, Span
from tests.support.rate_cards import BOOKED_ON, card, row, span

JUNE = span("2027-06-01", "2027-06-21")
DAYS = st.integers(0, 20).map(lambda number: JUNE.first_on + timedelta(days=number))
SIZES = range(1, 8)


@st.composite
def rows(draw: st.DrawFn) -> tuple[RateRow, ...]:
    found = []
    for number in range(draw(st.integers(1, 4))):
        first, last = sorted((draw(DAYS), draw(DAYS)))
        pax_from = draw(st.integers(1, 5))
        found.append(
            row(
                100,
                number,
                span=Span(first, last),
                weekdays=draw(st.frozensets(st.integers(1, 7), min_size=1)),
                pax_from=pax_from,
                pax_to=draw(st.none() | st.integers(pax_from, 7)),
            )
        )
    return tuple(found)


def told(faults: tuple[CardFault, ...], day: date, size: int) -> set[str]:
    return {
        fault.kind.value
        for fault in faults
        if fault.span is not None
        and day in fault.span
        and day.isoweekday() in fault.weekdays
        and fault.pax_from is not None
        and fault.pax_from <= size
        and (fault.pax_to is None or size <= fault.pax_to)
    }


@settings(deadline=None)
@given(listed=rows())
def test_what_the_check_finds_is_what_has_no_price(listed: tuple[RateRow, ...]) -> None:
    rates = card(Basis.GROUP, "USD", *listed, validity=JUNE)
    faults = check_card(rates)
    least = min(one.pax_from for one in listed)
    ends = [one.pax_to for one in listed]
    most = max(end for end in ends if end is not None) if None not in ends else SIZES[-1]
    for number in range(21):
        day = JUNE.first_on + timedelta(days=number)
        for size in (size for size in SIZES if least <= size <= most):
            costing = cost(Service(day), in_doubles(size), [rates], BOOKED_ON)
            wrong = {
                FaultKind.GAP.value if one.kind is FindingKind.GAP else FaultKind.OVERLAP.value
                for one in costing.findings
            }
            assert told(faults, day, size) == wrong, (day, size)
