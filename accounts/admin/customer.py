"""Customers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminEmailInputWidget, AdminTextareaWidget, AdminTextInputWidget
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.admin.address import AddressInline
from accounts.admin.customer_steps import EraseStep, PersonalDataStep
from accounts.models import Address, CustomerProfile, User
from accounts.services.addresses import address_save
from accounts.services.users import customer_create, customer_update
from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.panels import PanelsMixin
from backoffice.kernel.admin.steps import FormStepsMixin
from backoffice.kernel.history.timeline import Source

# What the history of a customer tells of the log-in.
_OF_LOG_IN = frozenset({"email", "first_name", "last_name", "is_active", "erased_at"})


class CustomerForm(forms.ModelForm[CustomerProfile]):
    """A customer with the name and email of the log-in."""

    email = forms.EmailField(max_length=254, widget=AdminEmailInputWidget)
    first_name = forms.CharField(max_length=80, required=False, widget=AdminTextInputWidget)
    last_name = forms.CharField(max_length=80, required=False, widget=AdminTextInputWidget)

    class Meta:
        model = CustomerProfile
        fields = ("company", "vat_id", "phone", "language", "payment_terms_days", "accepts_marketing", "note")
        labels = {"payment_terms_days": "Payment terms, days", "accepts_marketing": "Wants news and offers"}
        widgets = {"note": AdminTextareaWidget(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in {"email", "first_name", "last_name"} & set(self.fields):
                self.fields[name].initial = getattr(self.instance.user, name)

    def clean_email(self) -> str:
        """Keep one log-in per email."""
        email: str = self.cleaned_data["email"].strip().lower()
        others = User.objects.filter(email__iexact=email)
        if self.instance.pk:
            others = others.exclude(pk=self.instance.user_id)
        if others.exists():
            raise forms.ValidationError("Somebody with this email is there already.")
        return email


class ErasedFilter(admin.SimpleListFilter):
    """Whose data are there, and whose were erased."""

    title = "data"
    parameter_name = "data"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Name the two."""
        return [("kept", "Kept"), ("erased", "Erased")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CustomerProfile]) -> QuerySet[CustomerProfile]:
        """Narrow the list."""
        if self.value() in {"kept", "erased"}:
            return queryset.filter(user__erased_at__isnull=self.value() == "kept")
        return queryset


@admin.register(CustomerProfile)
class CustomerProfileAdmin(PanelsMixin, FormStepsMixin, BackofficeModelAdmin):
    """A customer's page: person, terms and addresses; apps above add orders, payments, invoices and carts."""

    form = CustomerForm
    list_display = ("name", "email", "company", "vat_id", "language", "created_at")
    list_filter = ("language", "accepts_marketing", ErasedFilter)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__first_name", "user__last_name", "company", "vat_id", "phone")
    search_help_text = "Name, email, company, VAT id or phone"
    fieldsets = (
        (None, {"fields": ("first_name", "last_name", "email", "phone", "company", "vat_id", "language")}),
        ("Terms", {"fields": ("payment_terms_days", "accepts_marketing", "note")}),
    )
    inlines = (AddressInline,)
    steps = [PersonalDataStep, EraseStep]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerProfile]:
        """Join the log-in, which names the customer."""
        return super().get_queryset(request).select_related("user")

    @admin.display(description="name", ordering="user__last_name")
    def name(self, customer: CustomerProfile) -> str:
        """Return the person's name."""
        return customer.user.get_full_name()

    @admin.display(description="email", ordering="user__email")
    def email(self, customer: CustomerProfile) -> str:
        """Return the person's email."""
        return customer.user.email

    @admin.display(description="first name")
    def first_name(self, customer: CustomerProfile) -> str:
        """Return it to those who may only look."""
        return customer.user.first_name

    @admin.display(description="last name")
    def last_name(self, customer: CustomerProfile) -> str:
        """Return it to those who may only look."""
        return customer.user.last_name

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Show addresses once there is somebody to have them."""
        return super().get_inlines(request, obj) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep what is left of an erased person as it is."""
        return super().has_change_permission(request, obj) and (obj is None or obj.user.erased_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Customers are erased, not deleted: orders and books name them."""
        return False

    def save_model(self, request: HttpRequest, obj: CustomerProfile, form: Any, change: bool) -> None:
        """Save the profile and the log-in through the services."""
        person = {name: form.cleaned_data[name] for name in ("email", "first_name", "last_name")}
        if change:
            customer_update(customer=obj, **person)
        else:
            customer_create(profile=obj, **person)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save addresses through the service, which moves defaults."""
        if formset.model is not Address:
            super().save_formset(request, form, formset, change)
            return
        addresses = formset.save(commit=False)
        for address in formset.deleted_objects:
            address.delete()
        for address in addresses:
            address_save(address=address)

    def timeline_sources(self, request: HttpRequest, obj: CustomerProfile) -> list[Source]:
        """Tell of the log-in and the addresses too, deleted ones included."""
        found = super().timeline_sources(request, obj)
        found.append(Source(User, Q(id=obj.user_id), _OF_LOG_IN, is_child=True))
        if request.user.has_perm("accounts.view_address"):
            found.append(Source(Address, Q(user_id=obj.user_id), is_child=True))
        return found

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Lead to the log-in."""
        obj = kwargs.get("obj")
        if obj is not None and request.user.has_perm("accounts.view_user"):
            context["user_url"] = reverse("admin:accounts_user_change", args=[obj.user_id])
        return super().render_change_form(request, context, *args, **kwargs)

    def _version_sources(self, request: HttpRequest, obj: Any) -> list[Source]:
        return [*super()._version_sources(request, obj), Source(User, Q(id=obj.user_id))]
