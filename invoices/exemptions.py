"""What an untaxed group of a document says about why (BT-120), in the document's language."""

from __future__ import annotations

# VAT category of EN 16931 → language → text. S and Z need none; E is for the tax rate to explain.
_REASONS: dict[str, dict[str, str]] = {
    "AE": {
        "en": "Reverse charge: the customer owes the tax",
        "de": "Steuerschuldnerschaft des Leistungsempfängers",
        "fr": "Autoliquidation",
        "ar": "احتساب عكسي: الضريبة على العميل",
    },
    "K": {
        "en": "Intra-community supply, exempt under Art. 138 of Directive 2006/112/EC",
        "de": "Steuerfreie innergemeinschaftliche Lieferung",
        "fr": "Livraison intracommunautaire exonérée, art. 138 de la directive 2006/112/CE",
        "ar": "توريد داخل الاتحاد الأوروبي معفى من الضريبة",
    },
    "G": {
        "en": "Export outside the EU, exempt under Art. 146 of Directive 2006/112/EC",
        "de": "Steuerfreie Ausfuhrlieferung",
        "fr": "Exportation hors UE exonérée, art. 146 de la directive 2006/112/CE",
        "ar": "تصدير خارج الاتحاد الأوروبي معفى من الضريبة",
    },
    "O": {
        "en": "Not subject to VAT",
        "de": "Nicht umsatzsteuerbar",
        "fr": "Hors champ de la TVA",
        "ar": "غير خاضع لضريبة القيمة المضافة",
    },
    "E": {
        "en": "Exempt from VAT",
        "de": "Von der Umsatzsteuer befreit",
        "fr": "Exonéré de TVA",
        "ar": "معفى من ضريبة القيمة المضافة",
    },
}


def exemption_text(*, category: str, language: str, given: str = "") -> str:
    """Return why a group bears no tax; empty for taxed and zero-rated groups.

    Args:
        category: VAT category code (BT-118).
        language: of the document.
        given: the reason that stands with the tax rate, if any; it comes first.
    """
    texts = _REASONS.get(category)
    if texts is None:
        return ""
    return given or texts.get(language, texts["en"])
