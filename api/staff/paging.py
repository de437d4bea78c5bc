"""Pages of lists: numbers from 1, 25 entries unless asked otherwise, 100 at most."""

from typing import Annotated

from fastapi import Query

DEFAULT_PAGE_SIZE = 25
LARGEST_PAGE_SIZE = 100
LAST_PAGE = 1_000_000

Page = Annotated[int, Query(ge=1, le=LAST_PAGE)]
PageSize = Annotated[int, Query(ge=1, le=LARGEST_PAGE_SIZE)]
Search = Annotated[str, Query(max_length=200)]


def total_pages(total: int, page_size: int) -> int:
    """How many pages so many entries fill; at least one."""
    return max(1, -(-total // page_size))
