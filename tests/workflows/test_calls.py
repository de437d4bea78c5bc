"""Every call of an activity meets an activity of that name, queue, argument and answer."""

import ast
import inspect
import typing
from pathlib import Path

from activities.booking_records import BookingRecords
from activities.documents import Documents
from activities.exchange_rates import ExchangeRateFetching
from activities.messaging import Messaging
from activities.operations import Operations
from activities.payments import Payments
from activities.registry import activities_of
from workflows import calls

SERVED = activities_of(
    records=object.__new__(BookingRecords),
    operations=object.__new__(Operations),
    payments=object.__new__(Payments),
    messaging=object.__new__(Messaging),
    documents=object.__new__(Documents),
    rates=object.__new__(ExchangeRateFetching),
)


def called() -> dict[str, tuple[str, str]]:
    """Name of each called activity with the name of its answer and of its call."""
    tree = ast.parse(Path(calls.__file__).read_text())
    return {
        ast.literal_eval(node.args[0]): (ast.unparse(node.args[2]), ast.unparse(node.args[3]))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "_call"
    }


def test_every_call_is_served_on_its_queue_and_nothing_else_is_served() -> None:
    served = {
        activity.__name__: queue for queue, activities in SERVED.items() for activity in activities
    }
    assert {name: getattr(calls, call).queue for name, (_, call) in called().items()} == served


def test_every_answer_is_of_the_type_that_the_call_expects() -> None:
    for activity in (each for activities in SERVED.values() for each in activities):
        answer, _ = called()[activity.__name__]
        declared = typing.get_type_hints(activity)["return"]
        if declared is type(None):
            assert answer == "Nothing", activity.__name__
        else:
            assert declared.__name__ == answer, activity.__name__


def test_every_activity_takes_one_argument() -> None:
    for activity in (each for activities in SERVED.values() for each in activities):
        assert len(inspect.signature(activity).parameters) == 1, activity.__name__
