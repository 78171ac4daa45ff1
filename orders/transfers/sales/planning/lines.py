"""Lines of new orders: what was ordered, how much of it, and whether it can be."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.text import slugify

from accounts.models import SellerProfile
from orders.transfers.sales.articles import default_tax_class_id
from orders.transfers.sales.document import Article, Document, Line, Work
from orders.transfers.sales.words import DRAFT, UNFINISHED
from products.models import Variant

_NOTHING = "0.00"
_SKU_LENGTH = 100
_NAME_LENGTH = 500
_REMEMBERED = 2_000


def check_lines(work: Work) -> None:
    """Read the lines of new documents, and refuse those that cannot be."""
    documents = work.fresh()
    for document in documents:
        if document.goods:
            document.lines = [line for place in document.goods if (line := _line(work, document, place)) is not None]
        else:
            work.batch.refuse(
                document.places[0], "sku", None, "This order is not here, and no row says what was ordered."
            )
    lines = [line for document in documents for line in document.lines]
    _find_articles(work, lines)
    _check_sellers(work, lines)


def _line(work: Work, document: Document, place: int) -> Line | None:
    batch = work.batch
    count, price = work.column("quantity")[place], work.column("unit_price")[place]
    name = (work.column("name")[place] or "")[:_NAME_LENGTH]
    sku = work.column("sku")[place] or (_made_sku(name) if _creates(work) else "")
    if not sku:
        batch.refuse(place, "sku", None, "Say which article was ordered.")
    if count is None:
        batch.refuse(place, "quantity", None, "Say how many pieces were ordered.")
    elif not count:
        batch.refuse(place, "quantity", count, "Order at least one piece.")
    elif count < 0 and not document.takes_back:
        message = "An order cannot take goods back too. Give what comes back an order number of its own."
        batch.refuse(place, "quantity", count, message)
    if price is None:
        batch.refuse(place, "unit_price", None, "Say what one piece cost.")
    if place in batch.errors:
        return None
    discount = work.column("discount")[place] or _NOTHING
    if Decimal(discount) > abs(count) * Decimal(price):
        batch.refuse(place, "discount", discount, f"This cannot be taken off {abs(count)} × {price}.")
    return Line(place, sku, name, abs(count), price, discount)


def _creates(work: Work) -> bool:
    return work.run.choices.get("unknown_sku") == "create"


def _made_sku(name: str) -> str:
    return slugify(name)[:_SKU_LENGTH].strip("-")


def _find_articles(work: Work, lines: Iterable[Line]) -> None:
    """Find what was ordered in the catalogue; what is not there is refused, or planned to be made."""
    rows = list(lines)
    skus = sorted({line.sku for line in rows})
    columns = ("sku", "pk", "product__seller_id", "product__tax_class_id", "product__name", "title", "unit_code")
    found = Variant.objects.order_by().filter(sku__among=skus).values_list(*columns) if skus else ()
    for sku, pk, seller_id, tax_class_id, product, title, unit_code in found:
        name = f"{product}, {title}" if title else product
        work.articles[sku] = Article(pk, seller_id, tax_class_id, name[:_NAME_LENGTH], unit_code)
    unknown = [line for line in rows if line.sku not in work.articles]
    if unknown and _creates(work):
        _plan_articles(work, unknown)
    for line in rows:
        line.article = work.articles.get(line.sku)
        if line.article is None:
            message = "There is no article with this SKU. Add it first, or choose to make archived products."
            work.batch.refuse(line.place, "sku", line.sku, message)
        else:
            line.name = line.name or line.article.name


def _plan_articles(work: Work, unknown: list[Line]) -> None:
    tax_class_id = default_tax_class_id()
    if tax_class_id is None:
        return
    planned: list[str] = work.run.tallies.setdefault("new_skus", [])
    before = set(planned)
    names: dict[str, str] = {}
    for line in unknown:
        names[line.sku] = names.get(line.sku) or line.name
    for sku, name in names.items():
        work.articles[sku] = Article(None, None, tax_class_id, name or sku, "C62")
        if sku not in before:
            planned.extend([sku] if len(planned) < _REMEMBERED else [])
            work.run.warn(
                "unknown SKU becomes an archived product of the house.",
                "unknown SKUs become archived products of the house.",
                examples=[sku],
            )


def _check_sellers(work: Work, lines: Iterable[Line]) -> None:
    """Refuse lines that name another seller than the catalogue."""
    column = work.column("seller")
    named = [line for line in lines if column[line.place] is not None and line.article is not None]
    if not named:
        return
    known: dict[str, int] = {}
    for pk, code, name in SellerProfile.objects.values_list("pk", "code", "store_name").order_by("-pk"):
        known |= {name.casefold(): pk, code.casefold(): pk}
    for line in named:
        text = str(column[line.place])
        seller_id = known.get(text.casefold())
        if seller_id is None:
            work.batch.refuse(line.place, "seller", text, "There is no seller with this code or store name.")
        elif line.article and line.article.seller_id is not None and line.article.seller_id != seller_id:
            work.batch.refuse(line.place, "seller", text, f"{line.sku} is sold by somebody else.")


def choose_documents(work: Work) -> None:
    """Leave out the documents that are not what the upload is for: unfinished orders among past ones, say."""
    wants_drafts = work.run.choices.get("orders_are") == "draft"
    mode = work.run.mode
    for document in work.documents:
        if document.existing is not None:
            if mode == "create" and work.is_sound(document):
                work.skip(document, "This order is here already, and the upload only adds.")
            continue
        status = document.values.get("status")
        if mode == "update":
            work.skip(document, "This order is new, and the upload only updates.")
        elif wants_drafts and (document.takes_back or (status and status not in UNFINISHED)):
            work.skip(document, "This order is closed. Upload closed orders as past orders.")
        elif wants_drafts:
            document.kind = DRAFT
        elif status in UNFINISHED:
            work.skip(document, f"This order is {status} still. Upload open orders as drafts.")
