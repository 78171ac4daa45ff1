"""The admin site."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.services.second_factor import second_factor_missing

_OWN_APPS = frozenset({"accounts", "auth", "cart", "finance", "invoices", "kernel", "orders", "products"})


def confirmed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view outside the admin answer only to people who are logged in as the shop demands; 404 to others."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated or second_factor_missing(request.user):
            raise Http404("Not logged in.")
        return view(request, *args, **kwargs)

    return guarded


class BackofficeAdminSite(admin.AdminSite):
    """The back office: the admin site of the project."""

    site_header = "Backoffice"
    site_title = "Backoffice"
    index_title = "Today"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register the project's own models and the roles; leave out what packages would add.

        Their pages know no row scope, and some show secrets, such as the keys of second factors.
        """
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        own = [model for model in models if model._meta.app_label in _OWN_APPS]
        if own:
            super().register(own, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in staff and sellers whose log-in is confirmed by what the shop demands."""
        return super().has_permission(request) and not second_factor_missing(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send on to the second factor who has given the first."""
        if super().has_permission(request) and second_factor_missing(request.user):
            wanted = request.GET.get("next", "")
            query = f"?{urlencode({'next': wanted})}" if wanted else ""
            return HttpResponseRedirect(f"{reverse('second-factor')}{query}")
        return super().login(request, extra_context)
