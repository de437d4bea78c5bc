"""Puts whole objects where an answer names them by id, as `expand[]` asks."""

from collections.abc import Callable, Sequence

from sandbox.stripe.errors import unsound
from sandbox.stripe.objects import Json, Objects

DEEPEST = 4


class Expanding:
    """Expands answers.

    Args:
        objects: Where the objects are found by their ids.
        line_items: The list of a session's line items, by the session's id.
    """

    def __init__(self, objects: Objects, line_items: Callable[[str], Json]) -> None:
        self._objects = objects
        self._line_items = line_items

    def expand(self, answer: Json, paths: Sequence[str]) -> Json:
        """The answer with the objects at these paths, such as `payment_intent.latest_charge`."""
        for path in paths:
            parts = path.split(".")
            if len(parts) > DEEPEST:
                raise unsound("You cannot expand more than 4 levels of a property.", "expand")
            self._expand(answer, parts, path)
        return answer

    def _expand(self, thing: Json, parts: list[str], path: str) -> None:
        name, below = parts[0], parts[1:]
        if name == "data" and thing.get("object") == "list":
            for item in thing["data"]:
                self._expand(item, below, path)
            return
        if name == "line_items" and thing.get("object") == "checkout.session":
            thing[name] = self._line_items(thing["id"])
        elif isinstance(thing.get(name), str):
            thing[name] = self._found(thing[name], path)
        elif name not in thing:
            raise _not_expandable(path)
        if below and isinstance(thing[name], dict):
            self._expand(thing[name], below, path)

    def _found(self, thing_id: str, path: str) -> Json:
        found = self._objects.find(thing_id)
        if found is None:
            raise _not_expandable(path)
        return found


def _not_expandable(path: str) -> Exception:
    return unsound(
        f"This property cannot be expanded ({path}). You may want to try expanding"
        f" 'data.{path}' instead.",
        "expand[0]",
    )
