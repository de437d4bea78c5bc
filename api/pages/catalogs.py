"""`python -m api.pages.catalogs [check|update]`: what pages say, held against the catalogs.

Sentences come from the templates that staff see, from `gettext()` and `N_()` in Python, from the
refusals and problems that pages repeat, and from the words of every enumeration.
"""

import importlib
import io
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

import models.domain
import models.messages
from activities import speaking
from api.pages.bare_texts import bare_texts
from api.pages.formats import spelled
from api.pages.spoken_errors import spoken
from api.pages.translation import FOLDER
from models.domain import terms
from models.domain.policy import Policy

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "api" / "pages"
TEMPLATES = PAGES / "templates"
PDFS = ROOT / "activities" / "templates"
STAFF_TEMPLATES = ("backoffice/**.html", "base.html", "components.html", "problem.html")
SPEAKING = ("api/pages", "api/staff", "api/identity")
"""Where Python calls `gettext()`, `ngettext()` and `N_()`."""
REFUSING = ("api/staff", "api/identity", "api/pages/backoffice", "models", "workflows")
REFUSING_FILES = ("api/problems.py", "api/problem_answers.py", "api/decisions.py")
"""Where refusals and problems are put into words."""
CUSTOMERS_TEMPLATES = (
    "customer/quote.html",
    "customer/quote_*.html",
    "customer/decline_reasons.html",
    "quote_changes.html",
    "customer/layout.html",
    "customer/pieces.html",
    "base.html",
    "components.html",
)
CUSTOMERS_PDFS = (
    *(
        f"pdf/{name}.html"
        for name in ("quote", "quote_choices", "quote_groups", "certificate", "pieces", "layout")
    ),
    "partials/route.html",
)
TO_CUSTOMERS = (
    "api/public/quote_answers.py",
    "api/public/quote_choices.py",
    "api/public/quote_sharing.py",
    "api/pages/customer/link_page.py",
    "api/pages/customer/quotes.py",
    "models/domain/choices.py",
    "models/domain/quoting.py",
    "models/domain/signing.py",
    "models/store/quote_companions.py",
    "models/store/quote_questions.py",
)
"""Where what readers of a quote are refused is put into words."""
GAP = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
WIDTH = 100

Texts = dict[str | tuple[str, str], None]
Id = str | tuple[str, ...] | list[str] | None


def extract() -> Catalog:
    """Everything that staff may read, in the order of the alphabet; nothing is translated."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for text in sorted({*_templates(), *_python(), *_refusals(), *_words()}, key=str):
        found.add(text)
    return found


def extract_for_customers() -> Catalog:
    """Everything that readers of a quote may read, on its page and in its PDF."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for text in sorted({*_customers_templates(), *_customers_python(), *_terms()}, key=str):
        found.add(text)
    return found


def _customers_templates() -> Iterator[str | tuple[str, ...]]:
    folders = ((TEMPLATES, CUSTOMERS_TEMPLATES), (PDFS, CUSTOMERS_PDFS))
    for folder, patterns in folders:
        methods = [(pattern, "jinja2.ext.babel_extract") for pattern in patterns]
        for _, _, text, _, _ in extract_from_dir(folder, methods, {"**": {"silent": "false"}}):
            yield text


def _customers_python() -> Iterator[str | tuple[str, ...]]:
    keywords = {"gettext": None, "N_": None}
    for path in (*sorted((ROOT / "activities").glob("*.py")), PAGES / "quote_changes.py"):
        for _, text, _, _ in extract_from_file("python", path, keywords):
            yield text
    for name in TO_CUSTOMERS:
        yield from spoken(ROOT / name)


def _terms() -> Iterator[str]:
    for clause in terms.clauses(Policy(version=1)):
        yield from (clause.heading, clause.pattern)
    yield from (*terms.SPANS, *terms.EXCLUDED)


def _templates() -> Iterator[str | tuple[str, ...]]:
    methods = [(pattern, "jinja2.ext.babel_extract") for pattern in STAFF_TEMPLATES]
    for _, _, text, _, _ in extract_from_dir(TEMPLATES, methods, {"**": {"silent": "false"}}):
        yield text


def _python() -> Iterator[str | tuple[str, ...]]:
    keywords = {"gettext": None, "ngettext": (1, 2), "N_": None}
    for path in _modules(SPEAKING):
        for _, text, _, _ in extract_from_file("python", path, keywords):
            yield text


def _refusals() -> Iterator[str]:
    for path in (*_modules(REFUSING), *(ROOT / name for name in REFUSING_FILES)):
        yield from spoken(path)


def _words() -> Iterator[str]:
    """Every value of an enumeration, as pages spell it."""
    for package in (models.domain, models.messages):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for thing in vars(importlib.import_module(module.name)).values():
                if isinstance(thing, type) and issubclass(thing, StrEnum) and thing is not StrEnum:
                    yield from (spelled(value) for value in thing)


def _modules(folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


DOMAINS = ((FOLDER, extract), (speaking.FOLDER, extract_for_customers))
"""Where the catalogs of the office and of customers are, and what each has to know."""


def faults() -> list[str]:
    """What is wrong with the catalogs or missing from them; a line each."""
    found = [f"api/pages/templates/{line}" for line in bare_texts(TEMPLATES, "backoffice")]
    for folder, extracted in DOMAINS:
        wanted = extracted()
        for path in sorted(folder.glob("*.po")):
            found += [f"{path.relative_to(ROOT)}: {fault}" for fault in _faults_of(path, wanted)]
    return found


def _faults_of(path: Path, wanted: Catalog) -> Iterator[str]:
    stored = _read(path)
    for message in wanted:
        if message.id and message.id not in stored:
            yield f"missing: {message.id!r}"
    yield from (f"obsolete: {text!r}" for text in stored.obsolete)
    for message in stored:
        if message.id and message.id not in wanted:
            yield f"obsolete: {message.id!r}"
        elif message.id and message.fuzzy:
            yield f"fuzzy: {message.id!r}"
        elif message.id:
            yield from _faults_of_message(message, stored.num_plurals)


def _faults_of_message(message: Message, plurals: int) -> Iterator[str]:
    texts = _strings(message.string)
    if not all(texts) or (message.pluralizable and len(texts) != plurals):
        yield f"not translated: {message.id!r}"
    gaps = _gaps(_strings(message.id)[-1])
    for text in filter(None, texts):
        if _gaps(text) - {"num"} != gaps - {"num"}:
            yield f"other gaps: {message.id!r} and {text!r}"


def _strings(text: Id) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _gaps(text: str) -> set[str]:
    return {percent or brace for percent, brace in GAP.findall(text)}


def update() -> None:
    """Writes each catalog anew: new sentences without a translation, old ones left out."""
    for folder, extracted in DOMAINS:
        wanted = extracted()
        for path in sorted(folder.glob("*.po")):
            stored = _read(path)
            stored.update(wanted, no_fuzzy_matching=True)
            write(path, stored)


def write(path: Path, catalog: Catalog) -> None:
    """Writes a catalog in the order of the alphabet, below the head that its file has."""
    head = path.read_bytes().split(b"\n\n", 1)[0]
    texts = io.BytesIO()
    write_po(
        texts,
        catalog,
        width=WIDTH,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    path.write_bytes(head.lstrip() + b"\n\n" + texts.getvalue().lstrip())


def _read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=path.stem)


def main(action: str = "check") -> int:
    """Checks the catalogs, or brings them up to date; 0 when nothing is wrong."""
    if action == "update":
        update()
    found = faults()
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
