"""Who travels and how they share rooms."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from models.domain.errors import InvalidInputError

MOST_TRAVELLERS = 60


@dataclass(frozen=True)
class Child:
    """A child by its date of birth, or by an age when that is all that is known."""

    born_on: date | None = None
    age: int | None = None
    """Counted on any day of the trip; the date of birth goes before it."""

    def __post_init__(self) -> None:
        if self.born_on is None and self.age is None:
            raise InvalidInputError("Say each child's date of birth, or its age.")

    def age_on(self, day: date) -> int:
        """Whole years on a day; who was born on 29 February has a birthday on 1 March."""
        if self.born_on is None:
            return self.age or 0
        before = (day.month, day.day) < (self.born_on.month, self.born_on.day)
        return day.year - self.born_on.year - before


@dataclass(frozen=True)
class Room:
    """People who sleep in one room."""

    adults: int
    children: tuple[Child, ...] = ()

    def __post_init__(self) -> None:
        if self.adults < 0 or self.people < 1:
            raise InvalidInputError("A room has at least one person in it.")

    @property
    def people(self) -> int:
        """Everybody in it."""
        return self.adults + len(self.children)


@dataclass(frozen=True)
class Party:
    """A group of 1 to 60 travellers in its rooms.

    Raises:
        InvalidInputError: nobody travels, or too many do.
    """

    rooms: tuple[Room, ...]
    name: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MOST_TRAVELLERS:
            raise InvalidInputError(f"A trip is for 1 to {MOST_TRAVELLERS} people.")

    @cached_property
    def size(self) -> int:
        """Everybody who travels, children counted."""
        return sum(room.people for room in self.rooms)

    @cached_property
    def rooms_by_people(self) -> tuple[tuple[int, int], ...]:
        """How many people sleep in a room, and in how many rooms so many do."""
        people = [room.people for room in self.rooms]
        return tuple((size, people.count(size)) for size in dict.fromkeys(people))

    @cached_property
    def together(self) -> Room:
        """Everybody, as if in one room: for what is priced by the head."""
        return Room(self.adults, self.children)

    @cached_property
    def adults(self) -> int:
        """The adults in it."""
        return sum(room.adults for room in self.rooms)

    @cached_property
    def children(self) -> tuple[Child, ...]:
        """The children of all rooms."""
        return tuple(child for room in self.rooms for child in room.children)


def in_doubles(adults: int, name: str = "") -> Party:
    """So many adults two by two, an odd one in a single room: the rooming of a price list.

    Raises:
        InvalidInputError: nobody travels, or too many do.
    """
    rooms = (Room(2),) * (adults // 2) + (Room(1),) * (adults % 2)
    return Party(rooms, name or f"{adults} people")
