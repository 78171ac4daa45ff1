"""How often somebody may call the API."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, ScopedRateThrottle, UserRateThrottle

from backoffice.login_guard import client_address


class AnonymousThrottle(AnonRateThrottle):
    """Calls of guests, per address."""

    def get_ident(self, request: Request) -> str:
        """Return the address of the caller, as a proxy on this machine saw it; others' headers are not believed."""
        return client_address(request)


class PersonThrottle(UserRateThrottle):
    """Calls of people who are logged in, per person."""

    def get_ident(self, request: Request) -> str:
        """Return the address of the caller."""
        return client_address(request)


class ScopeThrottle(ScopedRateThrottle):
    """Calls of what is costly or worth guessing at: views that name a ``throttle_scope``."""

    def get_ident(self, request: Request) -> str:
        """Return the address of the caller."""
        return client_address(request)
