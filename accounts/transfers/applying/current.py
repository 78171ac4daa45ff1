"""What is there of a chunk's customers while it is applied: locked, in the order of keys, and read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Lower

from accounts.models import Address, CustomerProfile, User, UserType
from accounts.transfers.columns import ADDRESS_COLUMNS, FLAGS, PROFILE_COLUMNS, USER_COLUMNS
from backoffice.kernel.transfers.service import PlannedChange


@dataclass(slots=True)
class Current:
    """Locked rows.

    Attributes:
        taken: emails of new customers that somebody has by now.
        users: primary key → field → value, of log-ins of customers that are not erased.
        gone: primary keys of log-ins whose person was erased, or that are no customer's any more.
        profiles: log-in's key → (primary key, field → value).
        addresses: log-in's key → address's key → column → value.
    """

    taken: set[str] = field(default_factory=set)
    users: dict[int, dict[str, Any]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    profiles: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    addresses: dict[int, dict[int, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))

    def default(self, user_id: int, flag: str) -> int:
        """Return the key of a customer's default address for a purpose; 0 for none."""
        of_user = self.addresses.get(user_id, {})
        return next((pk for pk, values in of_user.items() if values[flag]), 0)


def lock_and_read(changes: Sequence[PlannedChange]) -> Current:
    """Lock log-ins, then customers, then addresses, each in key order, and read what they hold now."""
    current = Current()
    emails = [change.key for change in changes if "new" in change.payload]
    if emails:
        by_email = User.objects.order_by().annotate(lower_email=Lower("email")).filter(lower_email__among=emails)
        current.taken = set(by_email.values_list("lower_email", flat=True))
    new = {change.payload["user"] for change in changes if "new" in change.payload}
    known = sorted({change.payload["user"] for change in changes} - new)
    if known:
        _read_users(current, known)
        _read_profiles(current, known)
        _read_addresses(current, known)
    return current


def _read_users(current: Current, ids: Collection[int]) -> None:
    rows = User.objects.order_by("pk").filter(pk__among=ids).select_for_update(of=("self",), no_key=True)
    for pk, user_type, erased_at, *values in rows.values_list("pk", "user_type", "erased_at", *USER_COLUMNS.values()):
        if user_type != UserType.CUSTOMER or erased_at is not None:
            current.gone.add(pk)
        else:
            current.users[pk] = dict(zip(USER_COLUMNS, values, strict=True))


def _read_profiles(current: Current, user_ids: Collection[int]) -> None:
    rows = CustomerProfile.objects.order_by("pk").filter(user_id__among=user_ids)
    locked = rows.select_for_update(of=("self",), no_key=True)
    for pk, user_id, *values in locked.values_list("pk", "user_id", *PROFILE_COLUMNS.values()):
        current.profiles[user_id] = (pk, dict(zip(PROFILE_COLUMNS, values, strict=True)))


def _read_addresses(current: Current, user_ids: Collection[int]) -> None:
    rows = Address.objects.order_by("pk").filter(user_id__among=user_ids)
    columns = (*ADDRESS_COLUMNS, *FLAGS)
    locked = rows.select_for_update(of=("self",), no_key=True)
    for pk, user_id, *values in locked.values_list("pk", "user_id", *columns):
        current.addresses[user_id][pk] = dict(zip(columns, values, strict=True))
