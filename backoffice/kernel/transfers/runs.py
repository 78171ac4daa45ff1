"""Setting up a piece of work on an upload."""

from __future__ import annotations

import math
from typing import Any

from backoffice.kernel.shop.selectors import shop_settings
from backoffice.kernel.transfers.kinds import TransferKind
from backoffice.kernel.transfers.mapping import FileMapping
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.reading.limits import MEGABYTE, Limits
from backoffice.kernel.transfers.service import Run

MODES = {"upsert": "Add new rows, change known ones", "create": "Only add new rows", "update": "Only change known rows"}
ON_ERROR = {"stop": "All rows or none", "skip": "Good rows in, bad rows out"}
DEFAULT_OPTIONS: dict[str, Any] = {"mode": "upsert", "on_error": "stop", "defaults": {}, "choices": {}}


def upload_limits() -> Limits:
    """Return the caps that the shop has set."""
    settings = shop_settings()
    return Limits(
        max_bytes=settings.upload_max_megabytes * MEGABYTE,
        max_unpacked_bytes=settings.upload_max_megabytes * 5 * MEGABYTE,
        max_rows=settings.upload_max_rows,
        max_columns=settings.upload_max_columns,
    )


def run_of(upload: Upload, kind: TransferKind, mapping: FileMapping) -> Run:
    """Return the run of an upload: its owner's rights, its choices, its tallies so far."""
    defaults = upload.options.get("defaults", {})
    return Run(
        upload_id=upload.pk,
        user=upload.owner,
        mode=upload.options.get("mode", "upsert"),
        fields=frozenset(mapping.fields) | frozenset(defaults) | _derived(mapping, kind),
        shape=mapping.shape.name if mapping.shape else "",
        settings=shop_settings(),
        tallies=upload.tallies,
        choices=kind.checked_choices(upload.options.get("choices", {})),
        pictures=upload.options.get("pictures", {}).get("file", 0),
    )


def _derived(mapping: FileMapping, kind: TransferKind) -> frozenset[str]:
    """Return the fields that only the shape's steps fill."""
    return mapping.shape.made_fields() & frozenset(kind.columns) if mapping.shape else frozenset()


def warnings_of(tallies: dict[str, Any]) -> list[str]:
    """Return what was tallied as sentences, the most frequent first, behind what is said of the file as a whole."""
    entries = tallies.get("warnings", {})
    sentences = [*tallies.get("of_the_file", [])]
    for sentence, entry in sorted(entries.items(), key=lambda item: -item[1]["count"]):
        one, _, many = sentence.partition("|")
        count = entry["count"]
        text = f"{count:,} {one if count == 1 else many}"
        examples = entry.get("examples") or []
        if examples:
            more = ", …" if count > len(examples) else ""
            text = f"{text[:-1]}: {', '.join(examples)}{more}"
        sentences.append(text)
    return sentences


def measures_exceeded(upload: Upload) -> list[str]:
    """Return why a second person has to approve a plan; empty where nobody has to."""
    settings = shop_settings()
    measures = upload.tallies.get("measures", {})
    reasons = []
    if settings.approval_rows and upload.changes > settings.approval_rows:
        reasons.append(
            f"It changes {upload.changes:,} rows; more than {settings.approval_rows:,} need a second person."
        )
    price = float(measures.get("price_change_percent", 0))
    if settings.approval_price_change_percent and price > settings.approval_price_change_percent:
        percent = settings.approval_price_change_percent
        reasons.append(f"A price moves by {math.floor(price)} %; more than {percent} % needs a second person.")
    value = float(measures.get("stock_value", 0))
    if settings.approval_stock_value and value > float(settings.approval_stock_value):
        worth = f"{settings.approval_stock_value} {settings.base_currency}"
        reasons.append(f"Stock worth {value:,.2f} is moved; more than {worth} needs a second person.")
    return reasons
