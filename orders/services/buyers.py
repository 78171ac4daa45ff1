"""What an order takes from its customer."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.models import Address, User

_NAME_LENGTH = 160


@dataclass(frozen=True)
class KnownCustomer:
    """What the shop knows of a customer, as an order needs it.

    Attributes:
        email: of the log-in.
        billing: snapshot of the default invoice address, or of the first address.
        shipping: likewise for deliveries.
        vat_id: of a business.
        language: of documents.
    """

    email: str = ""
    billing: dict[str, str] = field(default_factory=dict)
    shipping: dict[str, str] = field(default_factory=dict)
    vat_id: str = ""
    language: str = "en"


def known_of(customer: User | None) -> KnownCustomer:
    """Return what is known of a customer; nothing of a guest."""
    if customer is None:
        return KnownCustomer()
    addresses = list(customer.addresses.all())
    profile = getattr(customer, "customer_profile", None)
    return KnownCustomer(
        email=customer.email,
        billing=_snapshot(addresses, "is_default_billing"),
        shipping=_snapshot(addresses, "is_default_shipping"),
        vat_id=profile.vat_id if profile else "",
        language=profile.language if profile else "en",
    )


def buyer_columns(address: dict[str, str]) -> dict[str, str]:
    """Return the columns by which an order is found under its buyer's name."""
    person, company = address.get("name", "").strip(), address.get("company", "").strip()
    buyer = company or person
    words = person.casefold().split()
    surname_first = " ".join(words[-1:] + words[:-1])
    return {
        "buyer_name": buyer[:_NAME_LENGTH],
        "buyer_search": " ".join(buyer.casefold().split())[:_NAME_LENGTH],
        "buyer_search_surname": surname_first[:_NAME_LENGTH],
    }


def clean_email(email: str) -> str:
    """Return an email as it is stored and found: without blanks, in lower case."""
    return email.strip().lower()


def _snapshot(addresses: list[Address], flag: str) -> dict[str, str]:
    chosen = next((address for address in addresses if getattr(address, flag)), addresses[0] if addresses else None)
    return chosen.snapshot() if chosen else {}
