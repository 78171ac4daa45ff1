"""Groups from the roles manifest."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.permissions import ALL, ROLES, Role


class ManifestError(ValueError):
    """The manifest names a model or an action that does not exist."""


def permission_codenames(role: Role) -> set[tuple[str, str]]:
    """Return a role's permissions as (app label, codename).

    Raises:
        ManifestError: a grant names a model or an action that does not exist.
    """
    wanted: set[tuple[str, str]] = set()
    for label, actions in role.grants.items():
        app_label, _, model_name = label.partition(".")
        try:
            options = apps.get_model(app_label, model_name)._meta
        except LookupError:
            raise ManifestError(f"Role {role.name}: there is no model {label}.") from None
        own = {codename for codename, _title in options.permissions}
        known = {f"{action}_{options.model_name}" for action in options.default_permissions} | own
        named = (
            known
            if actions == ALL
            else {_codename(action, str(options.model_name), known) for action in actions.split()}
        )
        if unknown := named - known:
            raise ManifestError(f"Role {role.name}: {label} has no permission {', '.join(sorted(unknown))}.")
        wanted |= {(app_label, codename) for codename in named}
    return wanted


def _codename(action: str, model_name: str, known: Iterable[str]) -> str:
    """Find ``publish_product`` for “publish” on a product; permissions may name a part of the model only."""
    return next((name for name in known if name == action or name.split("_", 1)[0] == action), f"{action}_{model_name}")


@transaction.atomic
def roles_sync() -> dict[str, int]:
    """Make the groups what the manifest says, and remove permissions that it does not name.

    Returns:
        The number of permissions per role.
    """
    by_name = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.select_related("content_type")
    }
    counts = {}
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role.name)
        wanted = {by_name[key].pk for key in permission_codenames(role) if key in by_name}
        have = set(group.permissions.values_list("pk", flat=True))
        group.permissions.add(*(wanted - have))
        group.permissions.remove(*(have - wanted))
        counts[role.name] = len(wanted)
    return counts


def roles_drift() -> list[str]:
    """Return where the groups in the database differ from the manifest, in plain words."""
    differences = []
    groups = {group.name: group for group in Group.objects.prefetch_related("permissions__content_type")}
    for role in ROLES:
        if role.name not in groups:
            differences.append(f"The group {role.name} is missing.")
            continue
        have = {(item.content_type.app_label, item.codename) for item in groups[role.name].permissions.all()}
        wanted = permission_codenames(role)
        for app_label, codename in sorted(have - wanted):
            differences.append(f"{role.name} holds {app_label}.{codename}, which the manifest does not grant.")
        for app_label, codename in sorted(wanted - have):
            differences.append(f"{role.name} lacks {app_label}.{codename}, which the manifest grants.")
    unknown = sorted(name for name in set(groups) - {role.name for role in ROLES} if groups[name].permissions.all())
    return differences + [f"The group {name} holds permissions, but the manifest does not know it." for name in unknown]
