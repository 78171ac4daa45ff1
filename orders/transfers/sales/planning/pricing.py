"""What new orders come to: tax and totals by the house's document arithmetic."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from backoffice.kernel import clock
from backoffice.kernel.document_math import (
    Document as Priced,
)
from backoffice.kernel.document_math import (
    DocumentMathError,
    PricedCharge,
    PricedLine,
    document_price,
)
from backoffice.kernel.money import minor_unit
from orders.selectors.documents import SHIPPING
from orders.selectors.taxation import AppliedTax
from orders.transfers.sales.document import Document, Work
from orders.transfers.sales.taxes import UNKNOWN, PastTaxes
from orders.transfers.sales.words import DRAFT
from products.exceptions import NoTaxRate

_NOTHING = Decimal(0)


def price_documents(work: Work, taxes: PastTaxes) -> None:
    """Put tax and totals on the new documents; those that make no document are refused."""
    for document in work.fresh():
        lines = [_priced_line(work, document, place, taxes) for place in range(len(document.lines))]
        if any(line is None for line in lines):
            continue
        _price(work, document, [line for line in lines if line is not None])


def _priced_line(work: Work, document: Document, index: int, taxes: PastTaxes) -> PricedLine | None:
    line = document.lines[index]
    tax = _tax(work, document, line, taxes)
    if tax is None:
        return None
    return PricedLine(
        quantity=Decimal(line.quantity),
        unit_price=Decimal(line.unit_price),
        tax=tax.key,
        discount=Decimal(line.discount),
        included_rate=tax.included_rate,
    )


def _tax(work: Work, document: Document, line: Any, taxes: PastTaxes) -> AppliedTax | None:
    order = document.payload
    country, vat_id, gross = order["shipping_address"].get("country", ""), order["vat_id"], order["prices_include_tax"]
    if document.kind == DRAFT:
        # A draft is taxed by the rules of today, as it will be when it is placed.
        try:
            return taxes.table.applied(
                tax_class_id=line.article.tax_class_id,
                destination=country or taxes.table.home,
                vat_id=vat_id,
                on=clock.today(),
                prices_include_tax=gross,
            )
        except NoTaxRate as error:
            work.batch.refuse(line.place, "shipping_country", country, str(error))
            return None
    stated = work.column("tax_rate")[line.place]
    return taxes.applied(
        tax_class_id=line.article.tax_class_id,
        destination=country,
        vat_id=vat_id,
        on=dt.date.fromisoformat(document.values["ordered_at"][:10]),
        prices_include_tax=gross,
        stated=None if stated is None else Decimal(stated),
    )


def _price(work: Work, document: Document, lines: list[PricedLine]) -> None:
    order, carrier = document.payload, document.places[0]
    currency = order["currency"]
    unit = minor_unit(currency)
    for name in ("shipping_price", "discount"):
        if Decimal(order[name]) % unit:
            work.batch.refuse(carrier, name, order[name], f"{currency} has no smaller unit than {unit}.")
            return
    shipping = Decimal(order["shipping_price"])
    main = _main(lines)
    charges = [PricedCharge(shipping, main.tax, SHIPPING, main.included_rate)] if shipping else []
    try:
        priced = document_price(
            lines=lines,
            charges=charges,
            discount=Decimal(order["discount"]),
            prices_include_tax=order["prices_include_tax"],
            currency=currency,
        )
    except DocumentMathError as error:
        work.batch.refuse(carrier, "order_discount", order["discount"], str(error))
        return
    _put_totals(order, priced)
    order |= {
        "shipping_tax_rate": f"{main.tax.rate:.2f}",
        "shipping_tax_category": main.tax.category,
        "shipping_included_tax_rate": f"{main.included_rate or _NOTHING:.2f}",
    }
    document.priced = list(zip(lines, priced.lines, strict=True))
    if any(line.tax == UNKNOWN for line in lines):
        work.run.warn(
            "order has no tax: no rate of that day is on file, and the file states none.",
            "orders have no tax: no rate of that day is on file, and the file states none.",
            examples=[document.key],
        )
    stated = document.values.get("total")
    if stated is not None and abs(Decimal(stated)) != priced.payable:
        work.run.warn(
            "order comes to another total here than the file states.",
            "orders come to another total here than the file states.",
            examples=[f"{document.key}: {priced.payable:.2f}, not {stated}"],
        )


def _main(lines: list[PricedLine]) -> PricedLine:
    """Return a line with the tax of most of the goods, which postage is taxed like."""
    values: dict[Any, Decimal] = {}
    for line in lines:
        key = (line.tax, line.included_rate)
        values[key] = values.get(key, _NOTHING) + line.quantity * line.unit_price
    most = max(values, key=lambda key: (values[key], key[0].rate))
    return next(line for line in lines if (line.tax, line.included_rate) == most)


def _put_totals(order: dict[str, Any], priced: Priced) -> None:
    amounts = {
        "lines_net": priced.lines_net,
        "shipping_net": priced.charges_net,
        "discount_net": priced.allowances_net,
        "tax_total": priced.tax,
        "rounding": priced.rounding,
        "total": priced.payable,
    }
    order |= {name: f"{amount:.2f}" for name, amount in amounts.items()}
