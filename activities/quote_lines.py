"""What a line of a quote says to its readers: the words it was given, and what its price is for."""

from collections import Counter

from activities.speaking import N_, gettext
from models.tables.quote import QuoteLine

CHARGES = {
    "ADULT": N_("%(count)s x adult"),
    "CHILD": N_("%(count)s x child"),
    "SINGLE": N_("%(count)s x single room"),
    "DOUBLE": N_("%(count)s x double or twin room"),
    "TRIPLE": N_("%(count)s x triple room"),
    "EXTRA_BED": N_("%(count)s x extra bed"),
    "CHILD_BED": N_("%(count)s x child's bed"),
    "CHILD_SHARING": N_("%(count)s x child in its parents' bed"),
    "UNIT": N_("%(count)s x unit"),
    "GROUP": N_("the whole group"),
    "VEHICLE": N_("%(count)s x vehicle"),
}
"""What rates are for, by the names that the kept trace of a price has for them."""


SERVICE_FEE = N_("Service fee")


def service(line: QuoteLine) -> str:
    """The description as staff wrote it; our fee in the reader's language."""
    if line.automatic:
        return gettext(SERVICE_FEE)
    written: str = (line.wanted or {}).get("description", line.description)
    return written


def counts(line: QuoteLine) -> str:
    """The rooms, people or vehicles that a rate was asked for; empty where the quantity says it."""
    rows = [row for cost in (line.priced_from or {}).get("costs", ()) for row in cost["rows"]]
    if line.wanted is None or not rows:
        return ""
    first_on = min(row["first_on"] for row in rows)
    found = Counter[str]()
    for row in rows:
        if row["first_on"] == first_on and row["charge"] in CHARGES:
            found[row["charge"]] += row["count"]
    return ", ".join(gettext(CHARGES[charge], count=count) for charge, count in found.items())
