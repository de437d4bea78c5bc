"""Which addresses are open to everybody, and which carry a secret in their path."""

from models.domain.links import PATHS

PUBLIC_PREFIX = "/public/"
IMAGES_PREFIX = "/public/v1/tour-images/"
PHOTOS_PREFIX = "/public/v1/photos/"
STATIC_PREFIX = "/static/"
TOKEN_PAGES = tuple(PATHS.values())
ENQUIRY_PAGE = "/enquire"
TOKEN_PATHS = (*TOKEN_PAGES, "/public/v1/quotes/")
LIVE_PATH = "/backoffice/live"
OFFICE_PREFIXES = ("/backoffice", "/auth/")
