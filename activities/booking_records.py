"""What a booking's workflow writes about itself: projection, timeline, tasks, quotes."""

from temporalio import activity

from activities.refusals import refusals
from models.database import Sessions
from models.messages.booking import BookingStart
from models.messages.policy import PolicyChanged, PolicyLoaded
from models.messages.quoting import (
    QuoteAcceptedRecorded,
    QuoteSentRecorded,
    RecordApprovalAsked,
    RecordApprovalDecided,
    RecordQuoteAccepted,
    RecordQuoteClosed,
    RecordQuoteSent,
)
from models.messages.records import BookingFacts, ProgressRecorded, RecordProgress
from models.store.policies import load_policy
from models.store.progress import load_facts, write_progress
from models.store.quote_approvals import write_approval_asked, write_approval_decided
from models.store.quotes import write_quote_accepted, write_quote_closed, write_quote_sent


class BookingRecords:
    """Each activity is one transaction, and repeating it changes nothing."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @activity.defn
    async def load_booking(self, start: BookingStart) -> BookingFacts:
        """What is known of a booking when its workflow begins."""
        with refusals():
            async with self._sessions.begin() as session:
                return await load_facts(session, start.booking_id)

    @activity.defn
    async def load_policy(self, changed: PolicyChanged) -> PolicyLoaded:
        """A version of the policy, for a running booking; fails with NOT_FOUND."""
        with refusals():
            async with self._sessions.begin() as session:
                return PolicyLoaded(policy=await load_policy(session, changed.version))

    @activity.defn
    async def record_progress(self, progress: RecordProgress) -> ProgressRecorded:
        """Writes the projection; fails with BOOKING_HASH_MISMATCH when somebody was faster."""
        with refusals():
            async with self._sessions.begin() as session:
                return ProgressRecorded(revision=await write_progress(session, progress))

    @activity.defn
    async def record_quote_sent(self, record: RecordQuoteSent) -> QuoteSentRecorded:
        """Freezes a draft; fails with QUOTE_NOT_SENDABLE when it can't be sent as it is."""
        with refusals():
            async with self._sessions.begin() as session:
                return await write_quote_sent(session, record)

    @activity.defn
    async def record_approval_asked(self, record: RecordApprovalAsked) -> ProgressRecorded:
        """Remembers that a manager is asked; fails with QUOTE_NOT_SENDABLE when none has to be."""
        with refusals():
            async with self._sessions.begin() as session:
                return ProgressRecorded(revision=await write_approval_asked(session, record))

    @activity.defn
    async def record_approval_decided(self, record: RecordApprovalDecided) -> ProgressRecorded:
        """Remembers what a manager said; fails with QUOTE_NOT_SENDABLE when nobody asks."""
        with refusals():
            async with self._sessions.begin() as session:
                return ProgressRecorded(revision=await write_approval_decided(session, record))

    @activity.defn
    async def record_quote_accepted(self, record: RecordQuoteAccepted) -> QuoteAcceptedRecorded:
        """Freezes an acceptance with its payment plan; fails with QUOTE_NOT_OPEN."""
        with refusals():
            async with self._sessions.begin() as session:
                return await write_quote_accepted(session, record)

    @activity.defn
    async def record_quote_closed(self, record: RecordQuoteClosed) -> ProgressRecorded:
        """Ends a sent version without acceptance."""
        with refusals():
            async with self._sessions.begin() as session:
                return ProgressRecorded(revision=await write_quote_closed(session, record))
