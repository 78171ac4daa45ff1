"""What may never change: issued documents and the payment audit."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from backoffice.integrity.finding import Finding, invariant
from backoffice.kernel.immutable import guards_missing
from finance.selectors import payment_chain_findings
from invoices.selectors.chain import invoice_chain_findings


@invariant(6, "An issued document and a payment event are what was written, each chained to the one before")
def chains() -> Iterator[Finding]:
    """Hash every document and every event anew, and see that the database still refuses to change them."""
    for item in invoice_chain_findings():
        yield Finding(item.subject, item.message)
    for item in payment_chain_findings():
        yield Finding(item.subject, item.message)
    for name in guards_missing(connection):
        yield Finding(f"trigger {name}", "It is gone: the database would let its rows be changed.")
