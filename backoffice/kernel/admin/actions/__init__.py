"""Bulk actions: preview with reasons, apply once, undo as a whole."""

from backoffice.kernel.admin.actions.action import ActionPlan, BulkAction
from backoffice.kernel.admin.actions.transition import TransitionAction

__all__ = ["ActionPlan", "BulkAction", "TransitionAction"]
