"""Renders the stand-ins' pages under a policy that allows no inline script or style."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

HERE = Path(__file__).parent
STATIC = HERE / "static"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self';"
    " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
TONE_OF_STATE = {
    "delivered": "good",
    "bounced": "bad",
    "undelivered": "bad",
    "failed": "bad",
}
WORD_OF_KIND = {"email": "E-mail", "sms": "SMS", "whatsapp": "WhatsApp"}


def day_and_time(seconds: float) -> str:
    """Seconds since 1970 as people read them, in UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%d %b %Y, %H:%M:%S} UTC"


def clock_time(seconds: float) -> str:
    """The short form for lists: the time of day, and the date before it unless it is today."""
    moment = datetime.fromtimestamp(seconds, UTC)
    today = moment.date() == datetime.now(UTC).date()
    return f"{moment:%H:%M:%S}" if today else f"{moment:%d %b %H:%M}"


def machine_time(seconds: float) -> str:
    """Seconds since 1970 in ISO 8601, UTC."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def file_size(size: int) -> str:
    """A number of bytes as people read it."""
    if size < 1 << 10:
        return f"{size} bytes"
    return f"{size / 1024:.0f} kB" if size < 1 << 20 else f"{size / (1 << 20):.1f} MB"


def _environment() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "day_and_time": day_and_time,
        "clock_time": clock_time,
        "machine_time": machine_time,
        "file_size": file_size,
    }
    templates.globals |= {"tones": TONE_OF_STATE, "kinds": WORD_OF_KIND}
    return templates


TEMPLATES = _environment()


def page(
    request: Request,
    template: str,
    context: Mapping[str, object],
    status: HTTPStatus = HTTPStatus.OK,
) -> HTMLResponse:
    """A page from a template of `sandbox/templates`, with the headers that guard it."""
    path = request.url.path
    html = TEMPLATES.get_template(template).render(context, path=path)
    return HTMLResponse(html, status_code=status, headers=HEADERS)
