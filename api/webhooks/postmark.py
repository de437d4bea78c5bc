"""`POST /webhooks/postmark`: deliveries and bounces of e-mail, from Postmark."""

from secrets import compare_digest
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import BaseModel, ConfigDict, Field

from api import problems
from api.identity.doors import Door, opened
from api.problems import Problem
from api.resources import ApiResources
from api.webhooks.reports import BOUNCED, take_report
from api.webhooks.stripe import Kept
from models.settings import Settings

router = APIRouter(
    prefix="/webhooks", tags=["webhooks"], responses=problems.responses(problems.UNAUTHENTICATED)
)
basic = HTTPBasic(auto_error=False, realm="webhooks")
STILL_TRYING = frozenset(
    {"Transient", "AutoResponder", "AddressChange", "ChallengeVerification", "Subscribe"}
    | {"Unsubscribe", "OpenRelayTest"}
)
"""Postmark's bounce types after which a mail arrived or may still arrive."""


class PostmarkReport(BaseModel):
    """A webhook of Postmark; of its many fields those that say what became of which mail."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "RecordType": "Delivery",
                    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
                    "Metadata": {"message_id": "msg_0192f0c1-0000-7000-8000-000000000000"},
                }
            ]
        },
    )

    record_type: str = Field(alias="RecordType", max_length=100)
    provider_message_id: str = Field(alias="MessageID", max_length=200)
    metadata: dict[str, str] = Field(alias="Metadata", default_factory=dict)
    bounce_type: str = Field("", alias="Type", max_length=100)

    @property
    def status(self) -> str | None:
        """What became of the mail; None when that is still open, or not what this is about."""
        if self.record_type == "Delivery":
            return "DELIVERED"
        if self.record_type == "Bounce" and self.bounce_type not in STILL_TRYING:
            return BOUNCED
        return None


async def by_postmark(
    resources: ApiResources, credentials: Annotated[HTTPBasicCredentials | None, Depends(basic)]
) -> None:
    """Dependency: asks who sends it before anything is said of what was sent."""
    admit_postmark(credentials, resources.settings)


@router.post("/postmark", dependencies=[Depends(by_postmark)])
@opened(Door.SIGNED)
async def take_postmark_report(report: PostmarkReport, resources: ApiResources) -> Kept:
    """Postmark reports on a mail, under the user and password that its webhook was given."""
    if report.status is not None:
        async with resources.sessions.begin() as session:
            await take_report(
                session,
                status=report.status,
                provider_message_id=report.provider_message_id,
                message_id=report.metadata.get("message_id"),
            )
    return Kept()


def admit_postmark(credentials: HTTPBasicCredentials | None, settings: Settings) -> None:
    """Refuses whoever does not know the user and password of Postmark's webhooks.

    Raises:
        Problem: these are others, or none.
    """
    if not _is_postmark(credentials, settings):
        raise Problem(
            problems.UNAUTHENTICATED,
            "This address is for Postmark alone.",
            headers={"WWW-Authenticate": 'Basic realm="webhooks"'},
        )


def _is_postmark(credentials: HTTPBasicCredentials | None, settings: Settings) -> bool:
    if credentials is None:
        return False
    password = settings.postmark_webhook_password.get_secret_value()
    right_user = compare_digest(
        credentials.username.encode(), settings.postmark_webhook_user.encode()
    )
    return compare_digest(credentials.password.encode(), password.encode()) and right_user
