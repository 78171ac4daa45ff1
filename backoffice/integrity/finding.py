"""Findings, the list of checks, and running them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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


class UnknownInvariant(ValueError):
    """There is no invariant of that number."""


_checks: dict[int, Invariant] = {}

_MODULES = ("orders", "sellers", "stock", "invoices", "chains", "history", "operations", "rows")


def invariant(number: int, title: str) -> Callable[[Check], Check]:
    """Register a check under the invariant's number."""

    def register(check: Check) -> Check:
        _checks[number] = Invariant(number, title, check)
        return check

    return register


def invariants() -> dict[int, Invariant]:
    """Return every invariant by its number, in order."""
    for name in _MODULES:
        import_module(f"backoffice.integrity.{name}")
    return dict(sorted(_checks.items()))


@dataclass
class Report:
    """What a run found, per invariant."""

    findings: dict[int, list[Finding]] = field(default_factory=dict)
    # Invariants of which more rows are broken than were looked for.
    cut: set[int] = field(default_factory=set)

    @property
    def broken(self) -> int:
        """Number of findings over all invariants."""
        return sum(len(items) for items in self.findings.values())


def integrity_check(numbers: Sequence[int] | None = None) -> Report:
    """Run the checks and return what they found, at most a hundred findings each.

    Args:
        numbers: the invariants to check; all where None.

    Raises:
        UnknownInvariant: one of the numbers is none of an invariant.
    """
    known = invariants()
    report = Report()
    for number in known if numbers is None else sorted(set(numbers)):
        if number not in known:
            raise UnknownInvariant(f"There is no invariant {number}; there are {min(known)} to {max(known)}.")
        found = list(islice(known[number].check(), FINDINGS_PER_CHECK + 1))
        if len(found) > FINDINGS_PER_CHECK:
            report.cut.add(number)
        report.findings[number] = found[:FINDINGS_PER_CHECK]
    return report
