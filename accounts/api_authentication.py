"""Who calls the API: whoever the session belongs to."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class GuardedSession(SessionAuthentication):
    """The session of the browser, with the token against forged requests for guests too.

    The framework's own class asks only people who are logged in for the token. A guest's cart and
    the log-in itself are worth forging as well.
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return the session's user; None for a guest.

        Raises:
            PermissionDenied: a request that changes something came without the token.
        """
        self.enforce_csrf(request)
        user = getattr(request._request, "user", None)
        return (user, None) if user is not None and user.is_authenticated and user.is_active else None

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that who is not logged in is answered with 401."""
        return "Session"
