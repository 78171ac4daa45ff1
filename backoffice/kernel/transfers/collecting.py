"""Python's cycle collector kept out of loops that make millions of short-lived values.

It is set off by their number and then looks through everything that is alive, which doubles the
time of such a loop. The values die by reference counting; what few cycles there are go with the
small collection after each chunk.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Collect no cycles by itself inside; call ``collect_young`` once per chunk."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def collect_young() -> None:
    """Collect the cycles among the values made since the last time."""
    gc.collect(0)
