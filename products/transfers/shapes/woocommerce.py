"""The product export of WooCommerce, whose headings are in the language of the shop that wrote it."""

from __future__ import annotations

import re
from itertools import product

from backoffice.kernel.transfers.shapes import (
    Combine,
    Derive,
    OnePath,
    OnlyKnown,
    OnlyOf,
    ParentChild,
    Shape,
    Translate,
)
from products.transfers.shapes.words import (
    BUNDLES,
    OPTION_FIELDS,
    PRODUCT_TEXTS,
    SALE,
    TEASERS,
    VARIANT_ONLY,
    sale_price,
    slug,
    variation_image,
    weight_of,
)

# Field → its heading in English, German, French, Spanish, Italian, Dutch, Portuguese (Brazil) and Polish; where a
# language has two, they are separated by “|”.
_NEEDED = {
    "~type": ("Type", "Typ", "Type", "Tipo", "Tipo", "Type", "Tipo", "Rodzaj|Typ"),
    "sku": ("SKU", "Artikelnummer|SKU", "UGS", "SKU", "SKU", "Artikelnummer|SKU", "SKU", "SKU"),
    "name": ("Name", "Name", "Nom", "Nombre", "Nome", "Naam", "Nome", "Nazwa"),
    "status": (
        "Published", "Veröffentlicht", "Publié", "Publicado", "Pubblicato", "Gepubliceerd", "Publicado",
        "Opublikowano|Opublikowany",
    ),
    "price": (
        "Regular price", "Regulärer Preis", "Tarif régulier", "Precio normal", "Prezzo di listino", "Reguliere prijs",
        "Preço", "Cena regularna|Cena podstawowa",
    ),
}  # fmt: skip
_OTHERS = {
    "barcode": (
        "GTIN, UPC, EAN, or ISBN", "GTIN, UPC, EAN oder ISBN", "GTIN, UPC, EAN ou ISBN", "GTIN, UPC, EAN o ISBN",
        "GTIN, UPC, EAN, o ISBN", "GTIN, UPC, EAN of ISBN", "GTIN, UPC, EAN ou ISBN", "GTIN, UPC, EAN lub ISBN",
    ),
    "short_description": (
        "Short description", "Kurzbeschreibung", "Description courte", "Descripción corta", "Breve descrizione",
        "Korte omschrijving|Korte beschrijving", "Descrição curta", "Krótki opis",
    ),
    "description": (
        "Description", "Beschreibung", "Description", "Descripción", "Descrizione", "Beschrijving", "Descrição",
        "Opis",
    ),
    "tax_class": (
        "Tax class", "Steuerklasse", "Classe de TVA", "Clase de impuesto", "Aliquota di imposta", "Belastingklasse",
        "Classe de imposto", "Klasa podatkowa",
    ),
    "stock": ("Stock", "Bestand", "Stock", "Inventario", "Magazzino", "Voorraad", "Estoque", "Stan magazynowy|Magazyn"),
    "category": (
        "Categories", "Kategorien", "Catégories", "Categorías", "Categorie", "Categorieën", "Categorias", "Kategorie",
    ),
    "tags": ("Tags", "Schlagwörter", "Étiquettes", "Etiquetas", "Tag", "Tags", "Tags", "Tagi|Znaczniki"),
    "brand": ("Brands", "Marken", "Marques", "Marcas", "Marchi", "Merken", "Marcas", "Marki"),
    "images": (
        "Images", "Bilder", "Images", "Imágenes", "Immagine|Immagini", "Afbeeldingen", "Imagens", "Obrazki",
    ),
    "position": (
        "Position", "Position", "Position", "Posición", "Posizione", "Positie", "Posição", "Pozycja",
    ),
    "~sale": (
        "Sale price", "Angebotspreis", "Tarif promo", "Precio rebajado", "Prezzo in offerta", "Actieprijs",
        "Preço promocional", "Cena promocyjna|Cena wyprzedażowa",
    ),
    "~sale_from": (
        "Date sale price starts", "Datum, an dem Angebotspreis beginnt", "Date de début de promo",
        "Día en que empieza el precio rebajado", "Data di partenza del prezzo in saldo", "Startdatum actieprijs",
        "Data de preço promocional começa em", "Data rozpoczęcia promocji",
    ),
    "~sale_to": (
        "Date sale price ends", "Datum, an dem Angebotspreis endet", "Date de fin de promo",
        "Día en que termina el precio rebajado", "Data in cui termina l'offerta", "Einddatum actieprijs",
        "Data de preço promocional termina em", "Data zakończenia promocji",
    ),
    "~parent": (
        "Parent", "Übergeordnetes Produkt", "Parent", "Superior", "Genitore", "Hoofd",
        "Ascendente|Produto ascendente", "Nadrzędny",
    ),
    "~id": ("ID", "ID", "ID", "ID", "ID", "ID", "ID", "Identyfikator|ID"),
}  # fmt: skip
_WEIGHT = ("Weight", "Gewicht", "Poids", "Peso", "Waga")
_UNITS = {"kg": "~kilograms", "g": "~grams", "lbs": "~pounds", "oz": "~ounces"}
_OPTION_NAME = (
    "Attribute {} name", "Attribut {} Name", "Nom de l’attribut {}", "Nombre del atributo {}",
    "Nome dell'attributo {}", "Naam eigenschap {}", "Nome do atributo {}", "Nazwa atrybutu {}",
)  # fmt: skip
_OPTION_VALUE = (
    "Attribute {} value(s)", "Attribut {} Wert(e)", "Valeur(s) de l’attribut {}", "Valor(es) del atributo {}",
    "Valore dell'attributo {}", "Waarde eigenschap {}", "Valores do atributo {}", "Wartości atrybutu {}",
)  # fmt: skip
_PLACES = (1, 2, 3)
_COMMA = re.compile(r"(?<!\\),")


def _headings() -> dict[str, str]:
    """Return heading → what it fills, in every language."""
    found = {
        heading: name for name, words in {**_NEEDED, **_OTHERS}.items() for word in words for heading in word.split("|")
    }
    found |= {f"{word} ({unit})": name for unit, name in _UNITS.items() for word in _WEIGHT}
    for place in _PLACES:
        found |= {word.format(place): f"option{place}_name" for word in _OPTION_NAME}
        found |= {word.format(place): f"option{place}_value" for word in _OPTION_VALUE}
    return found


def _signatures() -> tuple[tuple[str, ...], ...]:
    """Return, for each language, the headings that every export holds, in each spelling."""
    languages = zip(*_NEEDED.values(), strict=True)
    return tuple(names for words in languages for names in product(*(word.split("|") for word in words)))


def _unescaped(text: str) -> str:
    """Return a cell in which commas inside an entry have a backslash in front."""
    return text.replace("\\,", ",")


def _paths(text: str) -> list[str]:
    return [_unescaped(path).strip() for path in _COMMA.split(text)]


def _lines(text: str) -> str:
    """Return a text whose line breaks are written as a backslash and an n, and that pair with two backslashes."""
    return "\\n".join(part.replace("\\n", "\n") for part in text.split("\\\\n"))


_ALL = _headings()
_VARIATION = frozenset({"variation"})
_SIMPLE, _VARIABLE = frozenset({"simple"}), frozenset({"variable"})

WOOCOMMERCE = Shape(
    name="woocommerce",
    label="WooCommerce",
    signature=("Type", "SKU", "Name", "Published", "Regular price"),
    also=_signatures(),
    columns={heading: name for heading, name in _ALL.items() if not name.startswith("~")},
    extras={heading: name for heading, name in _ALL.items() if name.startswith("~")},
    steps=(
        OnlyKnown("~type", _SIMPLE | _VARIABLE | _VARIATION, BUNDLES, "type of product"),
        Translate("tax_class", {"parent": "", "reduced-rate": "reduced", "zero-rate": "zero"}),
        Combine(("price", "compare_at_price"), SALE, sale_price),
        Combine(("weight_grams",), tuple(_UNITS.values()), weight_of),
        Derive("description", "description", _lines),
        Derive("short_description", "short_description", _lines),
        OnePath("category", _paths),
        *(Derive(f"option{place}_value", f"option{place}_value", _unescaped) for place in _PLACES),
        Combine(("variant_image",), ("images", "~type"), variation_image),
        OnlyOf(
            OPTION_FIELDS,
            "~type",
            _VARIATION,
            "simple product has attributes; they are not kept.|simple products have attributes; they are not kept.",
            silent=_VARIABLE,
        ),
        ParentChild(
            "sku",
            "~parent",
            "handle",
            slug,
            kind="~type",
            parents=_VARIABLE,
            other_keys={"~id": "id:"},
            parent_only=PRODUCT_TEXTS,
            child_only=VARIANT_ONLY,
        ),
        *TEASERS,
    ),
)
