"""The words of packing slips, in the customer's language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlipWords:
    """The words of one language."""

    title: str
    order: str
    ordered_on: str
    parcel: str
    carrier: str
    tracking: str
    sku: str
    goods: str
    ordered: str
    packed: str
    to_follow: str
    page: str
    closing: str


_WORDS = {
    "en": SlipWords(
        title="Packing slip",
        order="Order",
        ordered_on="Ordered on",
        parcel="Parcel",
        carrier="Carrier",
        tracking="Tracking number",
        sku="SKU",
        goods="Goods",
        ordered="Ordered",
        packed="In this parcel",
        to_follow="To follow",
        page="Page {page} of {pages}",
        closing="Something missing or broken? Tell us the number of the parcel.",
    ),
    "de": SlipWords(
        title="Lieferschein",
        order="Bestellung",
        ordered_on="Bestellt am",
        parcel="Sendung",
        carrier="Versand mit",
        tracking="Sendungsnummer",
        sku="Artikelnummer",
        goods="Ware",
        ordered="Bestellt",
        packed="In dieser Sendung",
        to_follow="Folgt",
        page="Seite {page} von {pages}",
        closing="Fehlt etwas oder ist etwas beschädigt? Nennen Sie uns die Nummer der Sendung.",
    ),
    "fr": SlipWords(
        title="Bon de livraison",
        order="Commande",
        ordered_on="Commandé le",
        parcel="Colis",
        carrier="Transporteur",
        tracking="Numéro de suivi",
        sku="Référence",
        goods="Articles",
        ordered="Commandé",
        packed="Dans ce colis",
        to_follow="À suivre",
        page="Page {page} sur {pages}",
        closing="Il manque un article, ou il est abîmé ? Indiquez-nous le numéro du colis.",
    ),
    "ar": SlipWords(
        title="قائمة التعبئة",
        order="الطلب",
        ordered_on="تاريخ الطلب",
        parcel="الطرد",
        carrier="شركة الشحن",
        tracking="رقم التتبع",
        sku="رمز المنتج",
        goods="البضائع",
        ordered="المطلوب",
        packed="في هذا الطرد",
        to_follow="سيتبع",
        page="صفحة {page} من {pages}",
        closing="هل ينقص شيء أو وصل تالفًا؟ أخبرنا برقم الطرد.",
    ),
}


def slip_words(language: str) -> SlipWords:
    """Return the words of a language; English where there are none."""
    return _WORDS.get(language, _WORDS["en"])
