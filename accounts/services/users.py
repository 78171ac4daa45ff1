"""Making, disabling and giving roles to users."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.exceptions import PersonRefused
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
def customer_create(
    *,
    email: str,
    first_name: str = "",
    last_name: str = "",
    language: str = "en",
    profile: CustomerProfile | None = None,
) -> CustomerProfile:
    """Make a customer who cannot log in until a password is set.

    Args:
        email: of the log-in.
        first_name, last_name: of the person.
        language: of documents; that of the profile where one is given.
        profile: what else is known, validated and not saved yet.

    Raises:
        django.core.exceptions.ValidationError: the email is malformed or taken.
    """
    user = User(email=email.strip().lower(), first_name=first_name, last_name=last_name, user_type=UserType.CUSTOMER)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    customer = profile or CustomerProfile(language=language)
    customer.user = user
    customer.save()
    return customer


@transaction.atomic
def customer_update(*, customer: CustomerProfile, email: str, first_name: str, last_name: str) -> CustomerProfile:
    """Save a customer's page, and the log-in where name or email changed.

    Args:
        customer: the profile, validated.
        email, first_name, last_name: of the person.

    Raises:
        PersonRefused: the person's data were erased.
        django.core.exceptions.ValidationError: the email is malformed or taken.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=customer.user_id)
    if user.erased_at is not None:
        raise PersonRefused("This person's data were erased; there is nothing to change.")
    new = (email.strip().lower(), first_name, last_name)
    if new != (user.email, user.first_name, user.last_name):
        user.email, user.first_name, user.last_name = new
        user.full_clean(exclude=["password"])
        user.save(update_fields=["email", "first_name", "last_name", "updated_at"])
    customer.save()
    return customer


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
    """Close an account; its sessions end with the next request, as Django reads the user anew for each.

    Args:
        user: who can no longer log in.
        reason: why, for the history.

    Raises:
        PersonRefused: it is closed already.
    """
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not locked.is_active:
        raise PersonRefused(f"{locked} is disabled already.")
    _set_active(locked, reason, active=False)
    user.refresh_from_db()


@transaction.atomic
def user_enable(*, user: User, reason: str) -> None:
    """Open a closed account again.

    Args:
        user: who may log in again.
        reason: why, for the history.

    Raises:
        PersonRefused: it is open, or the person's data were erased.
    """
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if locked.erased_at is not None:
        raise PersonRefused(f"{locked} was erased; nobody is left to log in.")
    if locked.is_active:
        raise PersonRefused(f"{locked} is active already.")
    _set_active(locked, reason, active=True)
    user.refresh_from_db()


def _set_active(user: User, reason: str, *, active: bool) -> None:
    user.is_active = active
    with audit(reason=reason):
        user.save(update_fields=["is_active", "updated_at"])
