"""Whom and where a failed log-in is counted against (django-axes)."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def login_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """Return the name that somebody tried to log in with, in one spelling.

    Addresses are compared without case when logging in, so counting them as typed would give an attacker
    a fresh set of tries per spelling.
    """
    given = (credentials or {}).get(settings.AXES_USERNAME_FORM_FIELD)
    if given is None:
        given = request.POST.get(settings.AXES_USERNAME_FORM_FIELD)
    return str(given).strip().lower() if given else None


def client_address(request: HttpRequest) -> str:
    """Return the address of the client.

    A proxy on this machine is believed: the last entry of its X-Forwarded-For, the one it added itself.
    Anyone else could write that header, so for them it is the address of the connection.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "")
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    if _is_address(forwarded) and (not peer or ip_address(peer).is_loopback):
        return forwarded
    return peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
