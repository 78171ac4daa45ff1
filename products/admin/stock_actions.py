"""Bulk actions of the stock list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from backoffice.kernel.admin.actions import ActionPlan, BulkAction
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.labels import labelled
from products.services.stock import stock_set_backorder, stock_set_reorder_point
from products.services.stock.settings import oversold_refusal


class ReorderPointForm(forms.Form):
    """The new reorder point."""

    reorder_point = forms.IntegerField(
        min_value=0,
        max_value=1_000_000,
        help_text="At this many available pieces the stock counts as low. 0: never.",
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )


class SetReorderPoint(BulkAction):
    """Say from which quantity on stock counts as low."""

    name, label, form_class = "set_reorder_point", "Set reorder point", ReorderPointForm

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Apply to rows that have another one."""
        plan = ActionPlan(applicable=[])
        for row in labelled(queryset).order_by("pk"):
            if row.reorder_point == data["reorder_point"]:
                plan.refused.append((str(row), "It has this reorder point already."))
            else:
                plan.applicable.append(row.pk)
        return plan

    def execute(self, ids: list[Any], user: Any, data: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Write them as a set."""
        return {"applied": stock_set_reorder_point(stock_ids=ids, reorder_point=data["reorder_point"])}


class AllowBackorder(BulkAction):
    """Let orders promise more than lies there."""

    name, label = "allow_backorder", "Allow to oversell"
    description = "Takes effect while the shop settings allow backorders."

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Apply to rows that may not be oversold yet."""
        plan = ActionPlan(applicable=[])
        for row in labelled(queryset).order_by("pk"):
            if row.backorder:
                plan.refused.append((str(row), "It may be oversold already."))
            else:
                plan.applicable.append(row.pk)
        return plan

    def execute(self, ids: list[Any], user: Any, data: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Write them as a set."""
        return {"applied": stock_set_backorder(stock_ids=ids, allowed=True)}


class ForbidBackorder(BulkAction):
    """Let orders promise only what lies there."""

    name, label = "forbid_backorder", "Forbid to oversell"

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Apply to rows that may be oversold and are not."""
        plan = ActionPlan(applicable=[])
        for row in labelled(queryset).order_by("pk"):
            if not row.backorder:
                plan.refused.append((str(row), "It cannot be oversold as it is."))
            elif row.allocated > row.on_hand:
                plan.refused.append((str(row), oversold_refusal(row)))
            else:
                plan.applicable.append(row.pk)
        return plan

    def execute(self, ids: list[Any], user: Any, data: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Write them as a set."""
        return {"applied": stock_set_backorder(stock_ids=ids, allowed=False)}
