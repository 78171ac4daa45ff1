"""A state transition as a bulk action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.db.models import QuerySet

from backoffice.kernel.admin.actions.action import ActionPlan, BulkAction
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.labels import labelled
from backoffice.kernel.states.machine import Machine


class ReasonForm(forms.Form):
    """Why, for the history."""

    reason = forms.CharField(required=False, max_length=200, help_text="Kept in the history of each row.")


class TransitionAction(BulkAction):
    """Apply one transition of a machine to the selected rows, through the app's service.

    Attributes:
        machine: the machine.
        transition: name of the transition; its permission and label are the action's.
    """

    machine: Machine
    transition: str = ""
    form_class = ReasonForm

    def __init__(self) -> None:
        entry = self.machine.by_name[self.transition]
        self.name = self.name or f"{self.machine.name}_{self.transition}"
        self.label = self.label or entry.label
        self.permission = self.permission or entry.permission

    def apply(self, row: Any, reason: str, user: Any) -> Any:
        """Apply the transition to one row: call the app's service."""
        raise NotImplementedError

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Ask the machine for each row."""
        plan = ActionPlan(applicable=[])
        for row in labelled(queryset).iterator(chunk_size=2_000):
            refusal = self.machine.refusal(row, self.transition)
            if refusal:
                plan.refused.append((str(row), refusal))
            else:
                plan.applicable.append(row.pk)
        return plan

    def execute(self, ids: list[Any], user: Any, data: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Call the service for each row, in primary-key order so that locks never cross."""
        manager = apps.get_model(self.machine.model)._default_manager
        rows = labelled(manager.filter(pk__in=ids)).order_by("pk")
        reason = str(data.get("reason") or "")
        return self.each(rows, lambda row: self.apply(row, reason, user))
