"""A thread-safe LRU cache of rows."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

__all__ = ["RecentRows"]

Value = TypeVar("Value")


class RecentRows(Generic[Value]):
    """Keeps the values of the ``most`` most recently used rows."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[int, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self, rows: Sequence[int], load: Callable[[Sequence[int]], Mapping[int, Value]]
    ) -> dict[int, Value]:
        """The value of each row; ``load`` is called at most once, with the rows not cached.

        Rows that ``load`` does not return are left out.
        """
        with self._lock:
            found = {row: self._values[row] for row in rows if row in self._values}
            for row in found:
                self._values.move_to_end(row)
        missing = [row for row in rows if row not in found]
        if missing:
            loaded = load(missing)
            with self._lock:
                self._values.update(loaded)
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
            found.update(loaded)
        return found
