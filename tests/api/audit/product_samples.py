"""Requests about partners, contracts and rate cards."""

from typing import Any

from tests.api.audit.product_world import SHEET
from tests.api.audit.sample import Sample

PARTNER = {
    "name": "Sông Hương Boats",
    "kind": "CRUISE",
    "email": "desk@song-huong.example",
    "phone": "+842343822333",
    "city": "Hue",
    "country": "VN",
}
CONTRACT = {"title": "Rates 2028", "valid_from": "2028-01-01", "valid_to": "2028-12-31"}
CONTACT = {"name": "Mr Bình", "role": "Accounts", "email": "binh@song-huong.example"}
LICENCE = {"name": "River permit", "number": "H-12", "expires_on": "2028-05-01"}
RISK = {"kind": "SAFETY", "reason": "Life jackets were missing"}
BANK = {"holder": "Sông Hương", "bank": "BIDV", "account": "0011004021987", "code": "BIDVVNVX"}
ROW = {
    "season": "All year",
    "first_on": "2027-01-01",
    "last_on": "2027-12-31",
    "price_minor": 7_100,
}
CARD: dict[str, Any] = {
    "service": "Garden room",
    "kind": "HOTEL",
    "basis": "ROOM",
    "nightly": True,
    "currency": "USD",
    "valid_from": "2027-01-01",
    "valid_to": "2027-12-31",
    "rows": [ROW],
}
FORM = {
    **{name: str(value) for name, value in CARD.items() if name != "rows"},
    "action": "save",
    "nightly": "yes",
    "tax_included": "yes",
    "rows-number": "",
    "rows-season": "All year",
    "rows-first_on": "2027-01-01",
    "rows-last_on": "2027-12-31",
    "rows-weekdays": "all",
    "rows-option": "",
    "rows-meals": "BB",
    "rows-pax_from": "",
    "rows-pax_to": "",
    "rows-price_minor": "71.00",
    "rows-single_minor": "",
    "rows-triple_minor": "",
    "rows-extra_bed_minor": "",
    "rows-min_nights": "",
}
API, PAGE = "/api/v1/partners/{partner_id}", "/backoffice/partners/{partner_id}"
CARDS, CARD_PAGES = "/api/v1/rate-cards", "/backoffice/rate-cards"
APPLY = {"sha256": "{import_hash}"}

PRODUCT_SAMPLES: dict[str, Sample] = {
    "POST /api/v1/partners": Sample(PARTNER),
    f"PATCH {API}": Sample({"revision": 1, "city": "Huế"}),
    f"POST {API}/contacts": Sample(CONTACT),
    f"POST {API}/contacts/{{partner_contact_id}}/removal": Sample(),
    f"POST {API}/licences": Sample(LICENCE),
    f"POST {API}/licences/{{licence_id}}/removal": Sample(),
    f"POST {API}/risks": Sample(RISK),
    f"POST {API}/risks/{{flag_id}}/clearance": Sample(),
    f"PATCH {API}/bank-data": Sample(BANK, "ada"),
    f"POST {API}/contracts": Sample(CONTRACT),
    f"POST {API}/contracts/{{contract_id}}/versions": Sample(CONTRACT),
    f"POST {CARDS}": Sample({**CARD, "contract_id": "{contract_id}"}),
    f"POST {CARDS}/{{card_id}}/versions": Sample(CARD),
    f"POST {CARDS}/{{card_id}}/imports": Sample(file=SHEET.encode()),
    f"POST {CARDS}/{{card_id}}/imports/{{import_id}}/application": Sample(APPLY),
    "POST /backoffice/partners": Sample({**PARTNER, "active": "yes"}),
    f"POST {PAGE}/edit": Sample({**PARTNER, "active": "yes", "revision": "1"}),
    f"POST {PAGE}/contacts": Sample(CONTACT),
    f"POST {PAGE}/contacts/{{partner_contact_id}}/removal": Sample(),
    f"POST {PAGE}/licences": Sample(LICENCE),
    f"POST {PAGE}/licences/{{licence_id}}/removal": Sample(),
    f"POST {PAGE}/risks": Sample(RISK),
    f"POST {PAGE}/risks/{{flag_id}}/clearance": Sample(),
    f"POST {PAGE}/bank-data": Sample(BANK, "ada"),
    f"POST {PAGE}/contracts": Sample(CONTRACT),
    f"POST {PAGE}/contracts/{{contract_id}}/versions": Sample(CONTRACT),
    f"POST {CARD_PAGES}": Sample({**FORM, "contract_id": "{contract_id}"}),
    f"POST {CARD_PAGES}/{{card_id}}/versions": Sample(FORM),
    f"POST {CARD_PAGES}/{{card_id}}/imports": Sample(file=SHEET.encode()),
    f"POST {CARD_PAGES}/{{card_id}}/imports/{{import_id}}/application": Sample(APPLY),
}
"""By method and path, as the application knows them."""
