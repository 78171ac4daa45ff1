"""Who may change whose account, and which roles they may give."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet

from accounts.models import User


def user_may_be_changed(*, user: User, by: User) -> bool:
    """Say whether somebody may change another's account: never one that may do more than they may.

    Whoever sets the password, email or roles of an account can act as it. So superusers are changed
    by superusers alone, and others by who holds at least the same permissions.
    """
    if by.is_superuser or user.pk == by.pk:
        return True
    return not user.is_superuser and _permissions(user.groups.all(), user) <= by.get_all_permissions()


def roles_grantable(*, by: User) -> QuerySet[Group]:
    """Return the roles that somebody may give: those that allow nothing that they may not do themselves."""
    groups = Group.objects.order_by("name")
    if by.is_superuser:
        return groups
    own = by.get_all_permissions()
    beyond = [
        group.pk
        for group in groups.prefetch_related("permissions__content_type")
        if not {_name(item) for item in group.permissions.all()} <= own
    ]
    return groups.exclude(pk__in=beyond)


def _permissions(groups: Iterable[Group], user: User) -> set[str]:
    """Return what a user may do, whether the account is active or not."""
    held = Permission.objects.filter(group__in=groups) | Permission.objects.filter(user=user)
    return {_name(item) for item in held.select_related("content_type").distinct()}


def _name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
