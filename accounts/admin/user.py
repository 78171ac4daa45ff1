"""Log-ins."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.admin.user_form import UserForm
from accounts.admin.user_steps import DisableStep, EnableStep, ResetSecondFactorStep
from accounts.models import User
from accounts.services.access import user_may_be_changed
from accounts.services.users import user_save, user_set_roles
from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.steps import FormStepsMixin

_PERSON = ("email", "first_name", "last_name")
# What opens doors: nobody changes it for themselves.
_ACCESS = ("user_type", "seller", "roles", "is_staff")


@admin.register(User)
class UserAdmin(FormStepsMixin, BackofficeModelAdmin):
    """Log-ins with their roles. Accounts are disabled or erased, never deleted.

    Superusers are made and changed by superusers; everybody else can only change accounts that may
    do no more than their own, and only give roles whose permissions they hold.
    """

    form = UserForm
    list_display = ("email", "full_name", "user_type", "seller", "roles", "second_factor", "is_active", "last_login")
    list_filter = ("user_type", "is_active", "groups")
    list_select_related = ("seller",)
    search_fields = ("email", "first_name", "last_name")
    search_help_text = "Email or name"
    ordering = ("email",)
    autocomplete_fields = ("seller",)
    steps = [ResetSecondFactorStep, DisableStep, EnableStep]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Add roles and second factor."""
        phones = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        users: QuerySet[User] = super().get_queryset(request)
        return users.prefetch_related("groups").annotate(has_phone=Exists(phones))

    @admin.display(description="name", ordering="last_name")
    def full_name(self, user: User) -> str:
        """Return the person's name."""
        return f"{user.first_name} {user.last_name}".strip()

    @admin.display(description="roles", empty_value="–")
    def roles(self, user: User) -> str:
        """Name the roles."""
        names = ["Superuser"] if user.is_superuser else []
        return ", ".join(names + sorted(group.name for group in user.groups.all()))

    @admin.display(description="second factor", boolean=True)
    def second_factor(self, user: User) -> bool:
        """Say whether a phone is set up."""
        return bool(getattr(user, "has_phone", False))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let only who may change this user see the fields that open doors; others make customers."""
        may_change = self.has_change_permission(request, obj)
        if obj is None and not may_change:
            return [(None, {"fields": _PERSON})]
        # Who changes the own password is asked for the old one, on a page of its own.
        password = ("new_password",) if may_change and (obj is None or obj.pk != request.user.pk) else ()
        access = _ACCESS if obj is None else (*_ACCESS, "is_active", "second_factor")
        dates = () if obj is None else [("Dates", {"fields": ("last_login", "date_joined", "erased_at")})]
        return [(None, {"fields": (*_PERSON, *password)}), ("Access", {"fields": access}), *dates]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Show what only steps and the system change; on the own page also what opens doors."""
        shown = ("last_login", "date_joined", "erased_at", "is_active", "second_factor")
        own = _ACCESS if obj is not None and obj.pk == request.user.pk else ()
        return (*super().get_readonly_fields(request, obj), *shown, *own)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who fills it in, and take out what the page does not show.

        Fields that a form declares itself stay in it, rendered or not, and a forged post would fill them.
        """
        form_class: Any = super().get_form(request, obj, change, **kwargs)
        shown = self.shown_fields(request, obj)
        hidden = {name: None for name in UserForm.declared_fields if name not in shown}
        return type(form_class)("UserForm", (form_class,), {"actor": request.user, **hidden})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave accounts alone that may do more than the request's user, and those that were erased."""
        if not super().has_change_permission(request, obj):
            return False
        user: Any = request.user
        return obj is None or (obj.erased_at is None and user_may_be_changed(user=obj, by=user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What somebody did must keep its name."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save through the service, roles included."""
        user_save(user=obj, password=form.cleaned_data.get("new_password") or None)
        if "roles" in form.cleaned_data:
            user_set_roles(user=obj, roles=[role.name for role in form.cleaned_data["roles"]])

    def transition_buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Offer nothing on the own page, nor on that of somebody who may do more."""
        return super().transition_buttons(request, obj) if self._may_step(request, obj) else []

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """Refuse what was not offered."""
        obj = self.get_object(request, unquote(object_id))
        if obj is not None and not self._may_step(request, obj):
            raise PermissionDenied
        return super().step_view(request, object_id, step)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Lead to the customer's page."""
        obj = kwargs.get("obj")
        profile = getattr(obj, "customer_profile", None)
        if profile is not None and request.user.has_perm("accounts.view_customerprofile"):
            context["customer_url"] = reverse("admin:accounts_customerprofile_change", args=[profile.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def _may_step(self, request: HttpRequest, obj: Any) -> bool:
        return obj.pk != request.user.pk and self.has_change_permission(request, obj)
