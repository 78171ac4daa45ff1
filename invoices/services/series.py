"""Number series: one per issuer, kind of document and year."""

from __future__ import annotations

from invoices.models import DocumentKind, Issuer, Series

_PREFIXES = {DocumentKind.INVOICE: "INV", DocumentKind.CREDIT_NOTE: "CN"}


def series_for(*, issuer: Issuer, kind: DocumentKind, year: int) -> tuple[Series, bool]:
    """Return the series of a kind and year and whether it is new; a new one takes last year's prefix.

    Args:
        issuer: who issues.
        kind: invoices and credit notes count apart.
        year: of the documents' dates.
    """
    found = Series.objects.filter(issuer=issuer, kind=kind, year=year).first()
    if found is not None:
        return found, False
    return Series.objects.get_or_create(
        issuer=issuer, kind=kind, year=year, defaults={"prefix": _prefix(issuer, kind, year)}
    )


def _prefix(issuer: Issuer, kind: DocumentKind, year: int) -> str:
    last = Series.objects.filter(issuer=issuer, kind=kind).order_by("-year").first()
    prefix = last.prefix if last else _PREFIXES[kind]
    # Another issuer's numbers would read the same.
    taken = Series.objects.filter(prefix=prefix, year=year).exists()
    return f"{prefix}{issuer.pk}" if taken else prefix
