"""The catalogs are complete: nothing missing, fuzzy, obsolete or with other gaps, no bare text."""

from pathlib import Path

from api.pages import catalogs
from api.pages.bare_texts import bare_texts
from api.pages.catalogs import extract, faults
from api.pages.spoken_errors import spoken


def test_every_sentence_is_there_in_every_language() -> None:
    assert faults() == []


def test_what_pages_say_is_found_wherever_it_stands() -> None:
    found = extract()
    for text in (
        "Skip to the content",  # a template
        "Bookings",  # the navigation
        "The task is done.",  # Python
        "This booking has no such task.",  # a refusal
        "There is nothing at this address.",  # a problem
        "This must be a whole number.",  # a form's fault
        "Proposal sent",  # an enumeration
    ):
        assert text in found, text


def test_faults_are_told(tmp_path: Path) -> None:
    path = tmp_path / "vi.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "Bookings"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "Tasks"\nmsgstr "Việc"\n\n'
        'msgid "Nobody says this"\nmsgstr "Không ai nói"\n\n'
        'msgid "due in {span}"\nmsgstr "còn {length}"\n\n'
        '#~ msgid "Old"\n#~ msgstr "Cũ"\n'
    )
    told = list(catalogs._faults_of(path, extract()))
    assert "not translated: 'Bookings'" in told
    assert "fuzzy: 'Tasks'" in told
    assert "obsolete: 'Nobody says this'" in told
    assert "obsolete: 'Old'" in told
    assert "other gaps: 'due in {span}' and 'còn {length}'" in told
    assert "missing: 'Customers'" in told
    assert "missing: 'Bookings'" not in told


def test_texts_that_are_not_marked_are_told(tmp_path: Path) -> None:
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "page.html").write_text(
        "{# A comment #}\n<p>Plain words</p>{{ _('Marked') }}\n"
        '<a title="Spoken">AsiaTravelPlan</a>\n{{ ui.button("Save it", kind="quiet") }}\n'
        '{{ ui.button(_("Save")) }}{{ ui.card("x-1") }}'
    )
    told = list(bare_texts(tmp_path, "office"))
    assert [line.split(": ")[0] + line.split("'")[1] for line in told] == [
        "office/page.html:3Spoken",
        "office/page.html:2Plain",
        "office/page.html:2words",
        "office/page.html:4Save it",
    ]


def test_sentences_of_refusals_are_found(tmp_path: Path) -> None:
    module = tmp_path / "refusing.py"
    module.write_text(
        'raise NotFoundError("There is no such thing.")\n'
        'raise OtherError(f"With {value} in it.")\nprint("Not this one.")\n'
        'HEADINGS = {1: "That did not work"}\nOTHER = {1: "Nor this"}\n'
    )
    assert set(spoken(module)) == {"There is no such thing.", "That did not work"}
