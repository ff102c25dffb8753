"""Whole lists, a piece at a time, for files: what the pages of a list show, all of them."""

from collections.abc import Callable, Iterator, Sequence

import pandas as pd

PIECE = 2_000


def whole(
    page: Callable[[int, int], pd.DataFrame], *, key: Sequence[str] = (), piece: int = PIECE
) -> Iterator[pd.DataFrame]:
    """The frames of a list from its first row to its last. `page`: its query, by limit and offset.

    Each piece goes through the door by itself, so nothing is held open while a reader is slow. A row that moves down
    meanwhile, because another came in above it, is not given twice: `key` names the columns that tell rows apart.
    """
    last: set[tuple[object, ...]] = set()
    offset = 0
    while True:
        frame = page(piece, offset)
        names = [tuple(row) for row in frame[list(key)].to_numpy()] if key and not frame.empty else []
        fresh = frame.loc[[name not in last for name in names]] if last and names else frame
        if not fresh.empty:
            yield fresh
        if len(frame) < piece:
            return
        last, offset = set(names), offset + piece
