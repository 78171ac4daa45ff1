"""The preview of an undo on a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from backoffice.kernel.history.undo import undo_plan_for


def undo_context(request: HttpRequest, job_id: int) -> dict[str, Any]:
    """Return the plan of an undo as the request's user may see it, and how many of its conflicts are not listed."""
    plan = undo_plan_for(job_id, request.user)
    return {"plan": plan, "unlisted": plan.conflict_total - len(plan.conflicts)}
