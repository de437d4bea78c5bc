"""Requests about customers: facts, companions, passports, merging, segments."""

from tests.api.audit.sample import JSON, Sample

API = "/api/v1/customers/{customer_id}"
PAGES = "/backoffice/customers/{customer_id}"
CONTACT = {"kind": "EMAIL", "value": "further@home.example"}
COMPANION = {"name": "Hugo Laurent", "relation": "son"}
CONSENT = {"channel": "sms", "purpose": "reviews", "granted": "no", "source": "a call"}
PASSPORT = {
    "holder": "AMELIE LAURENT",
    "country": "FR",
    "number": "12AB34567",
    "expires_on": "2031-05-01",
}
MERGE: JSON = {"other_id": "{alike_id}", "revision": 1, "other_revision": 1}
SEGMENT = {"name": "Food lovers", "filters": {"style": "Food"}}
OF_BOTH: dict[str, tuple[JSON, JSON]] = {
    "/contacts": (CONTACT, CONTACT),
    "/contacts/{contact_id}/removal": ({}, {}),
    "/companions": (COMPANION, COMPANION),
    "/companions/{companion_id}/removal": ({}, {}),
    "/passports": (PASSPORT, PASSPORT),
    "/passports/{passport_id}/end": ({}, {}),
    "/household": ({"customer_id": "{alike_id}"}, {"with": "{alike_id}"}),
    "/household/leaving": ({}, {}),
    "/consents": ({**CONSENT, "granted": False}, CONSENT),
    "/merge": (MERGE, MERGE),
}
"""What the API and the page of the same ending are sent."""

CUSTOMER_SAMPLES: dict[str, Sample] = {
    **{f"POST {API}{ending}": Sample(sent) for ending, (sent, _) in OF_BOTH.items()},
    **{f"POST {PAGES}{ending}": Sample(sent) for ending, (_, sent) in OF_BOTH.items()},
    f"PATCH {API}": Sample({"revision": 1, "diet": "no nuts"}),
    f"POST {PAGES}/edit": Sample({"revision": "1", "diet": "no nuts"}),
    "POST /api/v1/customer-merges/{merge_id}/undo": Sample(),
    "POST /backoffice/customer-merges/{merge_id}/undo": Sample(),
    "POST /api/v1/customer-suggestions/{suggestion_id}/dismissal": Sample(),
    "POST /backoffice/customer-suggestions/{suggestion_id}/dismissal": Sample(),
    "POST /api/v1/segments": Sample(SEGMENT),
    "PATCH /api/v1/segments/{segment_id}": Sample({"name": "Foodies"}),
    "POST /api/v1/segments/{segment_id}/removal": Sample(),
    "POST /backoffice/customers/segments": Sample({"name": "Food", "style": "Food"}),
    "POST /backoffice/customers/segments/{segment_id}/sharing": Sample({"shared": "no"}),
    "POST /backoffice/customers/segments/{segment_id}/removal": Sample(),
}
"""By method and path, as the application knows them."""

ABOUT_A_LIST = "keeps how somebody looks at the list; no customer is changed"
SEGMENTS_LEAVE_NO_EVENT = {name: ABOUT_A_LIST for name in CUSTOMER_SAMPLES if "segments" in name}
