"""How the API's log-in is described in its schema."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class GuardedSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the session cookie in the schema."""

    target_class = "accounts.api_authentication.GuardedSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the cookie's description."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The cookie of a log-in at /api/session/ or in the back office. Requests that change "
            "something carry the token of /api/session/ as the header X-CSRFToken.",
        }
