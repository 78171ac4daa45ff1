"""What people of one side of the counter are called on the other."""

from __future__ import annotations

from typing import Any

from backoffice.kernel.scope.rules import Audience, audience_of


def name_seen_by(person: Any, reader: Any) -> str:
    """Return what a reader may know of who did something.

    The house reads every name; everybody else those of the own party, and of the house's people
    only that it was the shop.

    Args:
        person: a user.
        reader: who looks.
    """
    audience = audience_of(reader)
    # A log-in that was closed since still belongs to its party.
    if audience[0] is Audience.HOUSE or person.scope_audience() == audience:
        return str(person)
    return "the shop"
