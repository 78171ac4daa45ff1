"""What came of working on many rows at once."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """Which rows were done, and why the others were not.

    Attributes:
        done: primary keys of the orders (or returns) that were done.
        refused: (number, reason in plain words) of each of the others.
    """

    done: list[int] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
