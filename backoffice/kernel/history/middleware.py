"""Opens the audit context of a web request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from backoffice.kernel.history.context import audit


class AuditMiddleware:
    """Let each history row written by a request name the request's user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request inside its audit context."""
        # The user is read at the time of the write: the API authenticates after the middleware ran.
        with audit(user_source=lambda: getattr(request, "user", None), source=f"request:{request.path}"[:80]):
            return self.get_response(request)
