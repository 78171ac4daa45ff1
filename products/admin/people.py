"""Who moved stock, as far as the reader may know."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.scope.rules import Audience, audience_of
from products.models import StockMovement


def moved_by(movement: StockMovement, reader: Any) -> SafeString | str:
    """Name the person or the job behind a movement.

    Sellers read the names of their own people; the house's people are “Shop” to them.

    Args:
        movement: with ``user`` and ``job__owner`` joined.
        reader: who looks.
    """
    audience, key = audience_of(reader)
    person = movement.user or (movement.job.owner if movement.job else None)
    if audience is not Audience.HOUSE and (person is None or person.seller_id != key):
        return "Shop"
    name = person.get_full_name() if person is not None else ""
    if movement.job is None:
        return name
    if not reader.has_perm("kernel.view_job"):
        return name or str(movement.job)
    return format_html(
        '{} <a href="{}">{}</a>', name, reverse("admin:kernel_job_change", args=[movement.job_id]), movement.job
    )
