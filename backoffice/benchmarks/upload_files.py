"""Files of many SKUs for the benchmarks: some 200 bytes a row, a product with one variant and its stock each."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

HEADINGS = (
    "handle", "sku", "name", "status", "brand", "category", "description", "barcode", "price", "cost", "weight_grams",
    "stock",
)  # fmt: skip
_NOUNS = ("kettle", "lamp", "chair", "notebook", "jacket", "bottle", "speaker", "basket", "blanket", "drill")
_BRANDS = ("Nordlicht", "Casa Verde", "Ostwind", "Brightside", "Halden")
_CATEGORIES = ("Home > Kitchen", "Home > Living", "Office", "Outdoor > Camping", "Tools")


def write_file(path: Path, rows: int, *, revision: int = 0) -> Path:
    """Write a catalogue of this many SKUs; a later revision has another name, price, cost and stock in each row."""
    random = Random(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(rows):
            noun = _NOUNS[number % len(_NOUNS)]
            cents = random.randrange(500, 50_000) + 100 * revision
            stock = random.randrange(1, 400) + revision
            edition = f", edition {revision + 1}" if revision else ""
            writer.writerow(
                (
                    f"{noun}-{number:07}",
                    f"SKU-{number:07}",
                    f"{noun.capitalize()} number {number}{edition}",
                    "active",
                    _BRANDS[number % len(_BRANDS)],
                    _CATEGORIES[number % len(_CATEGORIES)],
                    f"A {noun} for every day, tested in our own workshop and packed without plastic, lot {number}.",
                    f"{20_000_000_000_0 + number:013}",
                    f"{cents // 100}.{cents % 100:02}",
                    f"{cents // 200}.{cents % 100:02}",
                    str(random.randrange(50, 9_000)),
                    str(stock),
                )
            )
    return path
