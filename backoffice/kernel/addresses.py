"""What stands in the addresses and forms that people send."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse

# Of more digits is no key and no page.
MOST_DIGITS = 18
_UNSTORABLE = "The address holds a character that cannot be stored."


def number_in(text: str | None) -> int | None:
    """Return the key or page number that an address or a form gives; None for anything else."""
    given = text or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS else None


def name_in(text: str) -> str:
    """Return a name as a form gives it, stripped, without control characters: PostgreSQL keeps no NUL."""
    return "".join(letter for letter in text if unicodedata.category(letter) not in {"Cc", "Cs"}).strip()


class StorableAddressMiddleware:
    """Refuse addresses with a NUL, which reach the database by filters and searches, and make it fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request, unless its address cannot be meant."""
        if "\0" not in request.path_info and "%00" not in request.META.get("QUERY_STRING", ""):
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            return JsonResponse({"detail": _UNSTORABLE}, status=400)
        return HttpResponseBadRequest(_UNSTORABLE, content_type="text/plain; charset=utf-8")
