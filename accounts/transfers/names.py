"""Names of people in one cell."""

from __future__ import annotations


def full_name(first: str, last: str) -> tuple[str]:
    """Return a name in one cell."""
    return (f"{first.strip()} {last.strip()}".strip(),)


def split_name(name: str) -> tuple[str, str]:
    """Return first and last name: the last word is the family's."""
    first, _, last = name.strip().rpartition(" ")
    return first.strip(), last
