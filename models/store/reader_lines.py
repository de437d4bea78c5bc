"""How visits and questions of a quote's readers read on the timeline."""

from sqlalchemy.orm import aliased

from models.domain.reading import span
from models.tables.quote_readers import QuoteCompanion, QuoteQuestion, QuoteVisit

VisitBy = aliased(QuoteCompanion)
QuestionBy = aliased(QuoteCompanion)


def reader_text(
    visit: QuoteVisit | None,
    visitor: QuoteCompanion | None,
    question: QuoteQuestion | None,
    asker: QuoteCompanion | None,
) -> str | None:
    """What a line about a visit or a question says; None for any other line."""
    if visit is not None:
        who = f"{visitor.name}, on" if visitor else "On"
        length = span(visit.seconds) if visit.seconds else "a moment"
        return f"{who} a {visit.device.lower()}, {length}"
    if question is not None:
        return f"{asker.name}: {question.body}" if asker else question.body
    return None
