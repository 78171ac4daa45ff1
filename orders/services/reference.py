"""Reference data of the orders app."""

from __future__ import annotations

from orders.models import NumberCounter, ReturnReason
from orders.services.numbers import PREFIXES, START

RETURN_REASONS = {
    "changed-mind": "Changed mind",
    "damaged": "Arrived damaged",
    "defective": "Defective",
    "does-not-fit": "Does not fit",
    "late": "Arrived too late",
    "not-as-described": "Not as described",
    "wrong-item": "Wrong item sent",
    "other": "Other",
}


def reference_data_load() -> dict[str, int]:
    """Make the return reasons and number counters that are missing; change none that exist.

    Returns:
        How many rows of each kind were made.
    """
    reasons = [
        ReturnReason.objects.get_or_create(code=code, defaults={"name": name}) for code, name in RETURN_REASONS.items()
    ]
    counters = [NumberCounter.objects.get_or_create(kind=kind, defaults={"last": START}) for kind in PREFIXES]
    return {
        "return_reasons": sum(made for _, made in reasons),
        "number_counters": sum(made for _, made in counters),
    }
