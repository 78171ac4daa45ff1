"""Sellers, customers and the demo log-ins."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from django.contrib.auth.hashers import make_password
from django.db.models import prefetch_related_objects

from accounts.models import Address, CustomerProfile, SellerProfile, SellerStatus, User, UserType
from accounts.permissions import ROLES, SELLER
from accounts.services.users import user_set_roles
from backoffice.seed import words

# Demo data only: the shop that seed_demo makes is not meant to be reached from outside.
DEMO_PASSWORD = "demo shop 2026"  # noqa: S105 - printed on the screen on purpose


@dataclass(frozen=True)
class LogIn:
    """A log-in of the demo shop."""

    role: str
    email: str
    purpose: str


LOG_INS = tuple(LogIn(role.name, f"{role.name.lower().replace(' ', '-')}@demo.example", role.purpose) for role in ROLES)

_STORES = (
    ("North Trade", "north-trade", "DE", "DE02100100100006820101", "12.00"),
    ("Atelier Sud", "atelier-sud", "FR", "FR1420041010050500013M02606", "15.00"),
    ("Polder Goods", "polder-goods", "NL", "NL91ABNA0417164300", "10.00"),
)


def sellers_make() -> list[SellerProfile]:
    """Make the three sellers."""
    return [
        SellerProfile.objects.create(
            store_name=name,
            code=code,
            country=country,
            legal_name=f"{name} Ltd",
            iban=iban,
            commission_percent=commission,
            status=SellerStatus.ACTIVE,
            contact_email=f"{code}@demo.example",
            line1="Speicherstraße 4",
            postcode="20457",
            city="Hamburg",
        )
        for name, code, country, iban, commission in _STORES
    ]


def log_ins_make(sellers: list[SellerProfile]) -> dict[str, User]:
    """Make one log-in per role; the seller's belongs to the first store.

    Returns:
        The users by role.
    """
    users = {}
    password = make_password(DEMO_PASSWORD)
    for log_in in LOG_INS:
        is_seller = log_in.role == SELLER.name
        user = User.objects.create(
            email=log_in.email,
            password=password,
            first_name="Demo",
            last_name=log_in.role,
            user_type=UserType.SELLER if is_seller else UserType.STAFF,
            seller=sellers[0] if is_seller else None,
            is_staff=True,
        )
        user_set_roles(user=user, roles=[log_in.role])
        users[log_in.role] = user
    return users


def customers_make(random: Random, count: int) -> list[User]:
    """Make customers with an address each, most of them at home; every tenth is a company."""
    weights = [weight for *_rest, weight in words.PLACES]
    customers = []
    for number in range(1, count + 1):
        first, last = random.choice(words.FIRST_NAMES), random.choice(words.LAST_NAMES)
        country, cities, language, _weight = random.choices(words.PLACES, weights)[0]
        city, postcode = random.choice(cities)
        user = User.objects.create(
            email=f"{first}.{last}.{number}@demo.example".lower(),
            first_name=first,
            last_name=last,
            password="!",  # noqa: S106 - no password at all
        )
        company = f"{random.choice(words.COMPANIES)} {last}" if number % 10 == 0 else ""
        CustomerProfile.objects.create(
            user=user,
            company=company,
            language=language,
            phone=f"+49 351 555{number:04}",
            accepts_marketing=number % 3 == 0,
        )
        Address.objects.create(
            user=user,
            name=f"{first} {last}",
            company=company,
            line1=f"{random.choice(words.STREETS)} {random.randint(1, 120)}",
            postcode=postcode,
            city=city,
            country=country,
            is_default_billing=True,
            is_default_shipping=True,
        )
        customers.append(user)
    prefetch_related_objects(customers, "addresses")
    return customers
