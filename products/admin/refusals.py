"""Pages that show why a service refused what a form allowed, because somebody was quicker."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from backoffice.kernel.refusals import Refused


class RefusalMessageMixin:
    """Turns a refusal that comes out of saving or deleting into a message; nothing was changed then.

    Rows are deleted one at a time, on a page that says what that takes along: many are archived or
    taken off sale, by actions that can be undone.
    """

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out Django's deletion of many rows."""
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        actions.pop("delete_selected", None)
        return actions

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page, or save it."""
        try:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc,no-any-return]
        except (Refused, ValidationError, ProtectedError) as error:
            return refused(request, error)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask whether to delete, or delete."""
        try:
            return super().delete_view(request, *args, **kwargs)  # type: ignore[misc,no-any-return]
        except (Refused, ValidationError, ProtectedError) as error:
            return refused(request, error)


def refused(request: HttpRequest, error: Exception, *, url: str = "") -> HttpResponse:
    """Say why, and lead back to the page as it is now."""
    if isinstance(error, ValidationError):
        text = " ".join(error.messages)
    elif isinstance(error, ProtectedError):
        kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
        text = f"This is still used by {', '.join(kinds)}."
    else:
        text = str(error)
    messages.error(request, text)
    return HttpResponseRedirect(url or request.path)
