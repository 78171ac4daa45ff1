"""Making, disabling and giving roles to users."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import CustomerProfile, User, UserType
from backoffice.kernel.history.context import audit


@transaction.atomic
def user_save(*, user: User, password: str | None = None) -> User:
    """Save a user; a customer gets a customer's page with it.

    Args:
        user: the user, validated.
        password: a new password; None leaves the old one, and gives a new user none.
    """
    if password is not None:
        user.set_password(password)
    elif user._state.adding:
        user.set_unusable_password()
    user.save()
    if user.user_type == UserType.CUSTOMER:
        CustomerProfile.objects.get_or_create(user=user)
    return user


@transaction.atomic
def customer_create(*, email: str, first_name: str = "", last_name: str = "", language: str = "en") -> CustomerProfile:
    """Make a customer who cannot log in until a password is set.

    Raises:
        django.core.exceptions.ValidationError: the email is malformed or taken.
    """
    user = User(email=email.strip().lower(), first_name=first_name, last_name=last_name, user_type=UserType.CUSTOMER)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    return CustomerProfile.objects.create(user=user, language=language)


@transaction.atomic
def user_set_roles(*, user: User, roles: Iterable[str]) -> None:
    """Give a user exactly these roles.

    The change is written in the user's history, as the reason of a row of its own: groups are not
    a column of the user.
    """
    wanted = set(roles)
    have = set(user.groups.values_list("name", flat=True))
    if wanted == have:
        return
    user.groups.set(Group.objects.filter(name__in=wanted))
    given, taken = sorted(wanted - have), sorted(have - wanted)
    parts = [f"gave {', '.join(given)}"] if given else []
    parts += [f"took {', '.join(taken)}"] if taken else []
    with audit(reason=f"Roles: {'; '.join(parts)}"):
        user.save(update_fields=["updated_at"])


@transaction.atomic
def user_disable(*, user: User, reason: str) -> None:
    """Close an account; its sessions end with the next request, as Django reads the user anew for each."""
    user.is_active = False
    with audit(reason=reason):
        user.save(update_fields=["is_active", "updated_at"])
