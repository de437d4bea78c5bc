"""The texts of messages, rendered from `templates/email` and `templates/sms`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from activities import speaking, wording
from models.messages.messaging import Template

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class EmailText:
    """Subject, plain text and HTML of a message; a short message has no HTML."""

    subject: str
    text: str
    html: str | None = None


@cache
def template_environment() -> Environment:
    """Jinja over `activities/templates`: HTML escaped, unknown names refused; in English."""
    environment = _environment()
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension's
    return environment


@cache
def speaking_environment() -> Environment:
    """The same templates in the language of `speaking`: what customers read of a quote."""
    environment = _environment()
    environment.filters |= speaking.FILTERS
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension's
        speaking.gettext, speaking.plural, newstyle=True
    )
    return environment


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",)),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["lang"] = speaking.ENGLISH
    environment.filters |= wording.FILTERS
    return environment


def email_text(template: Template, facts: dict[str, object]) -> EmailText:
    """Subject and both bodies of an e-mail."""
    return EmailText(
        subject=" ".join(_render(f"email/{template}/subject.txt", facts).split()),
        text=_render(f"email/{template}/body.txt", facts).strip() + "\n",
        html=_render(f"email/{template}/body.html", facts),
    )


def short_text(template: Template, facts: dict[str, object]) -> EmailText:
    """A WhatsApp message or SMS; the subject is what the message is called in lists."""
    return EmailText(
        subject=" ".join(_render(f"email/{template}/subject.txt", facts).split()),
        text=_render(f"sms/{template}.txt", facts).strip(),
    )


def _render(name: str, facts: dict[str, object]) -> str:
    return template_environment().get_template(name).render(facts)
