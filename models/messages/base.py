"""The common shape of everything that crosses the Temporal boundary."""

from pydantic import BaseModel, ConfigDict


class Crossing(BaseModel):
    """Frozen; unknown fields are ignored, so that old and new workers understand each other.

    A field that is added later gets a default. Only ids, amounts, dates and states: never what a
    person is called, wrote or can be reached by.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
