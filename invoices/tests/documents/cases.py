"""The documents of the golden files: one per thing that a document may have to say."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from backoffice.kernel.document_math import PricedLine, TaxKey
from invoices.snapshot import DeliverySnapshot, InvoiceSnapshot, PostalAddress

from .samples import BUYERS, FULL, REDUCED, snapshot

REVERSE_CHARGE, INTRA_COMMUNITY, EXPORT = (TaxKey(category, Decimal(0)) for category in ("AE", "K", "G"))
EXEMPT, ZERO_RATED, OUTSIDE_SCOPE = (TaxKey(category, Decimal(0)) for category in ("E", "Z", "O"))
LONG = (
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenbandwebereierzeugnisprüfprotokoll with an extraordinarily "
    "long description, /a/path/without/any/spaces/that/must/be/broken/somewhere/index.html, & <b>markup</b>"
)


def _gross(*, means_code: str, prepaid: str | None) -> InvoiceSnapshot:
    """The example of the rounding rule: 79.20 with 19 % tax is net 66.55, tax 12.64, rounding 0.01."""
    line = PricedLine(Decimal(1), Decimal("79.20"), FULL)
    return snapshot("en", lines=[line], shipping="0", gross_prices=True, means_code=means_code, prepaid=prepaid)


def _long() -> InvoiceSnapshot:
    address = PostalAddress(
        name="Bartholomäus Maximilian von und zu Beispielhausen-Musterstein " * 2,
        company="Gesellschaft für die Herstellung besonders langer Firmennamen mbH & Co. KG " * 2,
        line1="Straße der Vollständigkeit 123456, Hinterhaus, Aufgang C, drittes Obergeschoss links",
        line2="bei der Poststelle für überlange Anschriften",
        postcode="80331",
        city="Garmisch-Partenkirchen am Fuße der Alpen",
        country="DE",
    )
    long = snapshot("de", count=4, names=(LONG, LONG * 2))
    return replace(long, buyer=replace(long.buyer, address=address), note=f"{LONG}\n" * 8)


def cases() -> dict[str, InvoiceSnapshot]:
    """Return name → document."""
    found = {f"invoice_{language}": snapshot(language, count=10, discount="25") for language in BUYERS}
    found |= {
        f"credit_note_{language}": snapshot(language, count=2, credit_note=True, note="Returned: 2 × damaged.")
        for language in BUYERS
    }
    found |= {f"sixty_lines_{language}": snapshot(language, count=60, discounted=True) for language in ("de", "ar")}
    elsewhere = DeliverySnapshot(BUYERS["fr"], dt.date(2026, 3, 4))
    found |= {
        "one_line": snapshot("en", count=1, shipping="0", rates=(FULL,)),
        "no_logo": snapshot("en", with_logo=False),
        "paid": snapshot("de", prepaid="all", means_code="48"),
        "partly_paid": snapshot("fr", prepaid="20.00"),
        "direct_debit": snapshot("de", means_code="59"),
        "gross_prices_open": _gross(means_code="58", prepaid=None),
        "gross_prices_paid": _gross(means_code="48", prepaid="all"),
        "yen": snapshot(
            "en",
            lines=[PricedLine(Decimal(3), Decimal(1200), TaxKey("S", Decimal(10)))],
            shipping="500",
            currency="JPY",
            means_code="30",
        ),
        "reverse_charge": snapshot("de", rates=(REVERSE_CHARGE,), delivery=elsewhere),
        "intra_community": snapshot("fr", rates=(INTRA_COMMUNITY,)),
        "export": snapshot("ar", rates=(EXPORT,), delivery=elsewhere),
        "exempt": snapshot("de", rates=(EXEMPT,)),
        "zero_rated": snapshot("en", rates=(FULL, REDUCED, ZERO_RATED)),
        "several_untaxed": snapshot("en", rates=(EXEMPT, ZERO_RATED), discount="10"),
        "outside_scope": snapshot("fr", rates=(OUTSIDE_SCOPE,)),
        "very_long_texts": _long(),
    }
    return found
