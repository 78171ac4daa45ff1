"""The admin site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from accounts.services.second_factor import second_factor_missing

_OWN_APPS = frozenset({"accounts", "auth", "cart", "finance", "invoices", "kernel", "orders", "products"})


@dataclass(frozen=True)
class Section:
    """One heading of the menu.

    Attributes:
        label: app label that gives it its icon and address.
        name: what it says.
        apps: apps whose pages stand under it.
        models: names of models in the order of use; others follow by name.
    """

    label: str
    name: str
    apps: tuple[str, ...]
    models: tuple[str, ...] = ()


SECTIONS = (
    Section(
        "orders", "Orders", ("orders", "cart"), ("Order", "Shipment", "Return", "OrderLine", "Cart", "ReturnReason")
    ),
    Section(
        "products",
        "Catalogue",
        ("products",),
        ("Product", "Variant", "Stock", "StockMovement", "Category", "Attribute", "Location", "TaxClass", "TaxRate"),
    ),
    Section(
        "finance",
        "Finance",
        ("finance",),
        ("Payment", "Refund", "BankStatement", "StatementLine", "Payout", "PeriodLock", "PaymentEvent"),
    ),
    Section("invoices", "Invoices", ("invoices",), ("Invoice", "Series", "Issuer")),
    Section(
        "accounts", "People", ("accounts", "auth"), ("CustomerProfile", "SellerProfile", "Address", "User", "Group")
    ),
    Section(
        "kernel",
        "Operations",
        ("kernel",),
        ("Upload", "Export", "Job", "StoredFile", "FileAccess", "SavedMapping", "SavedColumns", "ShopSettings"),
    ),
)


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
    index_template = "admin/index.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register the project's own models and the roles; leave out what packages would add.

        Their pages know no row scope, and some show secrets, such as the keys of second factors.
        """
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        own = [model for model in models if model._meta.app_label in _OWN_APPS]
        if own:
            super().register(own, admin_class, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Return the menu: a few headings of the trade, under each its pages in the order of use."""
        apps: dict[str, dict[str, Any]] = self._build_app_dict(request)
        menu = []
        for section in SECTIONS:
            if app_label is not None and app_label not in section.apps:
                continue
            pages = [page for label in section.apps for page in apps.get(label, {}).get("models", [])]
            if pages:
                order = {name: place for place, name in enumerate(section.models)}
                pages.sort(key=lambda page: (order.get(page["object_name"], len(order)), page["name"]))
                url = reverse("admin:app_list", args=[section.label], current_app=self.name)
                entry = {"name": section.name, "app_label": section.label, "app_url": url}
                menu.append({**entry, "has_module_perms": True, "models": pages})
        return menu

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the first page: the dashboard's queues and figures above the menu."""
        dashboard = ["dashboard/index.html", "admin/includes/no_dashboard.html"]
        return super().index(request, {"dashboard_templates": dashboard, **(extra_context or {})})

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in staff and sellers whose log-in is confirmed by what the shop demands.

        The view asks, and its page once more: who was let in by the first answer is not looked up again.
        """
        if not super().has_permission(request):
            return False
        asked: Any = request
        if getattr(asked, "let_in", None) != request.user.pk:
            if second_factor_missing(request.user):
                return False
            asked.let_in = request.user.pk
        return True

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send on to the second factor who has given the first."""
        if super().has_permission(request) and second_factor_missing(request.user):
            wanted = request.GET.get("next", "")
            query = f"?{urlencode({'next': wanted})}" if wanted else ""
            return HttpResponseRedirect(f"{reverse('second-factor')}{query}")
        return super().login(request, extra_context)
