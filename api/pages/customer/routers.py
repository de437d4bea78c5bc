"""Every router of the pages that open by a link."""

from api.pages.customer import guides, payments, quotes, suppliers, trips

ROUTERS = (quotes.router, payments.router, trips.router, suppliers.router, guides.router)
