"""What is known of a chunk's customers, read in two queries and in the form in which files say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Lower

from accounts.models import Address, CustomerProfile, User, UserType
from accounts.transfers.columns import ADDRESS_COLUMNS, FLAGS, PERSON_COLUMNS, PROFILE_COLUMNS, USER_COLUMNS
from backoffice.kernel.history.bulk.columns import concrete_field


@dataclass(slots=True)
class ExistingAddress:
    """An address as it is.

    Attributes:
        pk: primary key.
        values: column → text.
        flags: for which purposes it is the default.
    """

    pk: int
    values: dict[str, str]
    flags: dict[str, bool]


@dataclass(slots=True)
class ExistingCustomer:
    """A log-in that has an email of the file.

    Attributes:
        user_id: primary key of the log-in.
        profile_id: primary key of the customer; 0 where there is only a log-in.
        is_customer: whether it is a customer's; of staff and sellers nothing else is read.
        is_erased: whether the person's data were erased.
        values: field of the file → value.
        addresses: oldest first.
    """

    user_id: int
    profile_id: int = 0
    is_customer: bool = False
    is_erased: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    addresses: list[ExistingAddress] = field(default_factory=list)

    def default(self, flag: str) -> ExistingAddress | None:
        """Return the default address for a purpose."""
        return next((address for address in self.addresses if address.flags[flag]), None)


def customers_by_email(emails: Iterable[str]) -> dict[str, ExistingCustomer]:
    """Return log-ins by email.

    Args:
        emails: in lower case.
    """
    columns = [*USER_COLUMNS.values(), *(f"customer_profile__{column}" for column in PROFILE_COLUMNS.values())]
    rows = (
        User.objects.order_by()
        .annotate(lower_email=Lower("email"))
        .filter(lower_email__among=list(emails))
        .values_list("lower_email", "pk", "user_type", "erased_at", "customer_profile__pk", *columns)
    )
    found: dict[str, ExistingCustomer] = {}
    for email, user_id, user_type, erased_at, profile_id, *values in rows:
        if user_type != UserType.CUSTOMER:
            found[email] = ExistingCustomer(user_id)
            continue
        person = dict(zip(PERSON_COLUMNS, values, strict=True))
        if profile_id is None:
            person |= {name: _default(column) for name, column in PROFILE_COLUMNS.items()}
        found[email] = ExistingCustomer(
            user_id, profile_id or 0, is_customer=True, is_erased=erased_at is not None, values=person
        )
    _read_addresses([customer for customer in found.values() if customer.is_customer])
    return found


def _read_addresses(customers: list[ExistingCustomer]) -> None:
    """Put their addresses on customers."""
    if not customers:
        return
    by_user = {customer.user_id: customer for customer in customers}
    rows = Address.objects.filter(user_id__among=sorted(by_user)).order_by("pk")
    for pk, user_id, *values in rows.values_list("pk", "user_id", *ADDRESS_COLUMNS, *FLAGS):
        texts = dict(zip(ADDRESS_COLUMNS, values, strict=False))
        flags = dict(zip(FLAGS, values[len(ADDRESS_COLUMNS) :], strict=True))
        by_user[user_id].addresses.append(ExistingAddress(pk, texts, flags))


def _default(column: str) -> Any:
    return concrete_field(CustomerProfile, column).get_default()
