"""German.

A credit note in the sense of EN 16931 is a “Rechnungskorrektur”: in German tax law a “Gutschrift” is
an invoice written by the customer (§ 14 Abs. 2 UStG), and the word alone on a document can make its
issuer owe the tax that it shows.
"""

from __future__ import annotations

from invoices.documents.labels.table import (
    FooterLabels,
    KindLabels,
    Labels,
    MetaLabels,
    PaymentLabels,
    TableLabels,
    TotalLabels,
)

GERMAN = Labels(
    date_length="medium",
    invoice=KindLabels(
        title="Rechnung", number="Rechnungsnummer", date="Rechnungsdatum", due="Zahlbetrag", note="Hinweis"
    ),
    credit_note=KindLabels(
        title="Rechnungskorrektur",
        number="Korrekturnummer",
        date="Korrekturdatum",
        due="Erstattungsbetrag",
        note="Grund",
    ),
    corrects="Diese Rechnungskorrektur berichtigt unsere Rechnung {number} vom {date}.",
    deliver_to="Lieferanschrift",
    meta=MetaLabels(
        delivered="Lieferdatum",
        due_on="Fällig am",
        order="Bestellnummer",
        ordered_on="Bestelldatum",
        customer="Kundennummer",
        buyer_vat_id="Ihre USt-IdNr.",
        seller_vat_id="Unsere USt-IdNr.",
        corrects="Berichtigte Rechnung",
        corrects_date="Rechnungsdatum",
    ),
    table=TableLabels(
        position="Pos.",
        item="Bezeichnung",
        quantity="Menge",
        unit_price="Einzelpreis",
        rate="USt",
        discount="Rabatt",
        net="Netto {currency}",
        carried="Zwischensumme",
        brought="Übertrag",
    ),
    totals=TotalLabels(
        lines="Summe der Positionen, netto",
        discount="Rabatt",
        shipping="Versandkosten",
        fee="Gebühr",
        adjustment="{what} (USt {rate})",
        net="Gesamtbetrag netto",
        tax="USt {rate} auf {amount}",
        no_tax="Keine USt auf {amount}",
        gross="Gesamtbetrag brutto",
        rounding="Rundung",
        payable="Rechnungsbetrag",
        prepaid="Bereits gezahlt",
    ),
    payment=PaymentLabels(
        heading="Zahlung",
        refund="Erstattung",
        transfer="Bitte überweisen Sie {amount} ohne Abzug bis zum {date} unter Angabe von {number}.",
        pay="Zahlbar ohne Abzug bis zum {date}: {amount}.",
        on_receipt="Zahlbar ohne Abzug sofort nach Erhalt der Rechnung: {amount}.",
        debit="{amount} werden am {date} per Lastschrift eingezogen.",
        settled="Beglichen: Es ist nichts mehr zu zahlen.",
        credited="{amount} werden Ihnen erstattet oder mit offenen Rechnungen verrechnet.",
        method="Zahlungsart",
        holder="Kontoinhaber",
        bank="Bank",
        iban="IBAN",
        bic="BIC",
        reference="Verwendungszweck",
        scan="Mit der Banking-App bezahlen: GiroCode scannen.",
    ),
    footer=FooterLabels(vat_id="USt-IdNr.", tax_number="Steuernummer", page="Seite {page} von {pages}"),
    units={
        "C62": "Stk.",
        "H87": "Stk.",
        "EA": "Stk.",
        "SET": "Set|Sets",
        "PR": "Paar",
        "XPK": "Pkg.",
        "XBX": "Karton|Kartons",
        "DZN": "Dtzd.",
        "KGM": "kg",
        "GRM": "g",
        "TNE": "t",
        "LTR": "l",
        "MLT": "ml",
        "MTR": "m",
        "CMT": "cm",
        "MMT": "mm",
        "MTK": "m²",
        "MTQ": "m³",
        "MIN": "Min.",
        "HUR": "Std.",
        "DAY": "Tag|Tage",
        "MON": "Monat|Monate",
        "ANN": "Jahr|Jahre",
        "LS": "pauschal",
    },
)
