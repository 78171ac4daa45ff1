"""Pages that mostly show: facts on top, what can be edited below."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class FactsMixin:
    """Shows what is known of an object as label and value; ``get_fieldsets`` then names only what can be edited."""

    change_form_template: Any = "admin/finance/facts_change_form.html"

    def facts(self, request: HttpRequest, obj: Any) -> list[tuple[str, Any]]:
        """Return (label, value) in the order of reading."""
        raise NotImplementedError

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Hand the facts to the page."""
        obj = kwargs.get("obj")
        if obj is not None:
            context["facts"] = self.facts(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]
