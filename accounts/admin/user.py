"""Log-ins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import password_validation
from django.contrib.auth.models import Group
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.models import User
from accounts.services.users import user_save, user_set_roles
from backoffice.kernel.admin.base import BackofficeModelAdmin


class UserForm(ModelForm[User]):
    """A user with roles and, where wanted, a new password."""

    new_password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Leave empty to keep the old one. At least twelve characters.",
    )
    roles = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name", "user_type", "seller", "is_staff", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "roles" in self.fields:
            self.fields["roles"].initial = self.instance.groups.all()

    def clean_new_password(self) -> str:
        """Hold a new password against the rules."""
        password: str = self.cleaned_data["new_password"]
        if password:
            password_validation.validate_password(password, self.instance)
        return password

    def clean(self) -> dict[str, Any] | None:
        """Check what only holds for the user as a whole."""
        data = super().clean() or {}
        kind, seller = data.get("user_type"), data.get("seller")
        if kind == "seller" and not seller:
            self.add_error("seller", "Choose the store that this seller works for.")
        if kind in {"customer", "staff"} and seller:
            self.add_error("seller", "Only sellers work for a store; choose none, or make this a seller.")
        if kind == "customer" and data.get("is_staff"):
            self.add_error("is_staff", "Customers cannot open the back office.")
        if kind == "customer" and data.get("roles"):
            self.add_error("roles", "Customers have no roles.")
        if kind == "seller" and any(role.name != "Seller" for role in data.get("roles") or ()):
            self.add_error("roles", "A seller may only have the role Seller: other roles see every store's rows.")
        return data


@admin.register(User)
class UserAdmin(BackofficeModelAdmin):
    """Log-ins with their roles. Accounts are disabled or erased, never deleted."""

    form = UserForm
    list_display = ("email", "get_full_name", "user_type", "seller", "is_active", "last_login")
    list_filter = ("user_type", "is_active", "groups")
    list_select_related = ("seller",)
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined", "erased_at")
    fieldsets = (
        (None, {"fields": ("email", "first_name", "last_name", "new_password")}),
        ("Access", {"fields": ("user_type", "seller", "roles", "is_staff", "is_active")}),
        ("Dates", {"fields": ("last_login", "date_joined", "erased_at")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let only who may change users see the fields that open doors; others make customers."""
        if request.user.has_perm("accounts.change_user") or obj is not None:
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("email", "first_name", "last_name")}),)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        """Save through the service, roles included."""
        user_save(user=obj, password=form.cleaned_data.get("new_password") or None)
        if "roles" in form.cleaned_data and request.user.has_perm("accounts.change_user"):
            user_set_roles(user=obj, roles=[role.name for role in form.cleaned_data["roles"]])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What somebody did must keep its name."""
        return False
