"""Comparing amounts inside the database, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Coalesce

from backoffice.kernel.money import ZERO

MONEY: DecimalField[Decimal, Decimal] = DecimalField(max_digits=20, decimal_places=2)
# SQLite keeps and adds decimals as floating point: amounts differ where they are half a cent apart.
HALF_A_CENT = Decimal("0.005")
_CENT = Decimal("0.01")


def cents(amount: Decimal | None) -> Decimal:
    """Return an amount as the database added it up, to the cent."""
    return (amount or ZERO).quantize(_CENT)


def sum_of(rows: QuerySet[Any], key: str, amount: str | Combinable) -> Coalesce:
    """Return the sum of an amount over the rows whose ``key`` is the outer row; 0.00 where there are none."""
    sums = rows.filter(**{key: OuterRef("pk")}).order_by().values(key).annotate(sum=Sum(amount)).values("sum")
    return Coalesce(Subquery(sums), Value(ZERO), output_field=MONEY)


def unequal(
    rows: QuerySet[Any], name: str, stored: str | Combinable, parts: Combinable
) -> Iterator[tuple[Any, Decimal, Decimal]]:
    """Yield (name, what the parts come to, what is stored) of each row where the two differ by a cent.

    Args:
        rows: the rows to compare.
        name: column that names a row.
        stored: the amount as it is stored.
        parts: the amount as it should be.
    """
    kept = F(stored) if isinstance(stored, str) else stored
    compared = rows.annotate(_parts=parts, _stored=kept).annotate(_gap=Abs(F("_parts") - F("_stored")))
    wrong = compared.filter(_gap__gt=HALF_A_CENT).order_by("pk").values_list(name, "_parts", "_stored")
    for label, expected, found in wrong.iterator():
        yield label, cents(expected), cents(found)
