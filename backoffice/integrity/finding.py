"""Findings, the list of checks, and running them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from itertools import islice

# More findings of one kind tell nothing new, and would fill the screen.
FINDINGS_PER_CHECK = 100


@dataclass(frozen=True)
class Finding:
    """One row, or group of rows, that breaks an invariant.

    Attributes:
        subject: what it is about, such as “order 1000123”.
        message: what is wrong, with the numbers, in plain words.
    """

    subject: str
    message: str


Check = Callable[[], Iterator[Finding]]


@dataclass(frozen=True)
class Invariant:
    """One of the promises that the database keeps."""

    number: int
    title: str
    check: Check


CHECKS: dict[int, Invariant] = {}

_MODULES = ("orders", "stock", "invoices", "history", "operations")


def invariant(number: int, title: str) -> Callable[[Check], Check]:
    """Register a check under the invariant's number."""

    def register(check: Check) -> Check:
        CHECKS[number] = Invariant(number, title, check)
        return check

    return register


@dataclass
class Report:
    """What a run found, per invariant."""

    findings: dict[int, list[Finding]] = field(default_factory=dict)

    @property
    def broken(self) -> int:
        """Number of findings over all invariants."""
        return sum(len(items) for items in self.findings.values())


def integrity_check(numbers: list[int] | None = None) -> Report:
    """Run the checks and return what they found, at most a hundred findings each.

    Args:
        numbers: the invariants to check; all where None.
    """
    for name in _MODULES:
        import_module(f"backoffice.integrity.{name}")
    chosen = sorted(CHECKS) if numbers is None else numbers
    return Report({number: list(islice(CHECKS[number].check(), FINDINGS_PER_CHECK)) for number in chosen})
