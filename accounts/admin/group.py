"""Roles, as the manifest made them."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from accounts.permissions import ROLES
from backoffice.kernel.admin.base import BackofficeModelAdmin

if admin.site.is_registered(Group):
    admin.site.unregister(Group)

_PURPOSES = {role.name: role.purpose for role in ROLES}


@admin.register(Group)
class GroupAdmin(BackofficeModelAdmin):
    """Shows the roles; they are changed in the manifest, not here."""

    list_display = ("name", "purpose", "members")
    ordering = ("name",)
    fields = ("name", "purpose", "what_it_may_do")
    readonly_fields = ("purpose", "what_it_may_do")
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """Count the members in the same query."""
        groups: QuerySet[Group] = super().get_queryset(request)
        return groups.annotate(member_count=Count("user"))

    @admin.display(description="What its members do")
    def purpose(self, group: Group) -> str:
        """Say what the role is for."""
        return _PURPOSES.get(group.name, "Not a role of the manifest.")

    @admin.display(description="Members")
    def members(self, group: Group) -> int:
        """Count the role's members."""
        return int(group.member_count)  # type: ignore[attr-defined]  # annotated in get_queryset

    @admin.display(description="Permissions")
    def what_it_may_do(self, group: Group) -> str:
        """List the permissions by their names."""
        names = group.permissions.order_by("content_type__app_label", "content_type__model", "codename")
        return "; ".join(names.values_list("name", flat=True))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Roles come from the manifest alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Roles come from the manifest alone."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Roles come from the manifest alone."""
        return False
