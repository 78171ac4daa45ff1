"""The columns of customers' files."""

from __future__ import annotations

from babel import Locale
from django.conf import settings

from accounts.models import Address, CustomerProfile, User
from backoffice.kernel.transfers.fields import TransferField, TransferResource

_REGIONS = {"en": "US GB IE AU CA", "de": "DE AT CH", "fr": "FR BE CH CA LU", "ar": "SA EG AE MA"}
_NAMED_IN = ("en", "de", "fr")


def _languages() -> dict[str, str]:
    """Return what files call the shop's languages → code."""
    found: dict[str, str] = {}
    for code, _ in settings.LANGUAGES:
        found[code] = code
        found |= dict.fromkeys(filter(None, (Locale(code).get_display_name(name) for name in _NAMED_IN)), code)
        found |= {f"{code}-{region}": code for region in _REGIONS.get(code, "").split()}
    return found


LANGUAGES = _languages()


class CustomerResource(TransferResource):
    """Customers with their addresses: a row per address; what belongs to the person may stand in the first row only."""

    email = TransferField(
        User,
        "email",
        attribute="user__email",
        label="Email",
        required=True,
        shape="email",
        synonyms=(
            "e-mail", "email address", "e-mail address", "mail", "customer email", "user email", "login",
            "e-mail-adresse", "kunden e-mail", "adresse e-mail", "courriel",
        ),
        example="anna.example@example.com",
        help="Tells the customer from all others, whatever its case. Rows with the same email are one customer.",
    )  # fmt: skip
    first_name = TransferField(
        User,
        "first_name",
        attribute="user__first_name",
        synonyms=("given name", "firstname", "forename", "vorname", "prénom"),
        example="Anna",
    )
    last_name = TransferField(
        User,
        "last_name",
        attribute="user__last_name",
        synonyms=("surname", "lastname", "family name", "nachname", "familienname", "nom de famille"),
        example="Example",
    )
    full_name = TransferField(
        max_length=161,
        synonyms=("name", "customer name", "customer", "kunde", "kundenname", "nom complet", "client"),
        help="First and last name in one cell, for files that do not part them; the last word is the last name.",
    )
    company = TransferField(
        CustomerProfile,
        "company",
        synonyms=("company name", "organisation", "organization", "business name", "firma", "société", "entreprise"),
        example="Example Ltd",
    )
    vat_id = TransferField(
        CustomerProfile,
        "vat_id",
        label="VAT id",
        synonyms=(
            "vat number", "vat", "tax id", "taxvat", "ust-id", "ust-idnr", "umsatzsteuer-id", "uid",
            "n° de tva", "numéro de tva",
        ),
        example="DE136695976",
        help="Ids of EU member states are held against their check digits.",
    )  # fmt: skip
    phone = TransferField(
        CustomerProfile,
        "phone",
        synonyms=("telephone", "phone number", "mobile", "mobile phone", "telefon", "telefonnummer", "téléphone"),
        example="+49 351 555000",
        help="Kept as text, leading zeros included.",
    )
    language = TransferField(
        CustomerProfile,
        "language",
        synonyms=("locale", "preferred language", "sprache", "langue"),
        choices=LANGUAGES,
        example="en",
        help=f"{', '.join(code for code, _ in settings.LANGUAGES)}. New customers get English where it is left out.",
    )
    payment_terms_days = TransferField(
        CustomerProfile,
        "payment_terms_days",
        label="Payment terms, days",
        synonyms=("payment terms", "terms days", "net days", "zahlungsziel", "zahlungsziel tage", "délai de paiement"),
        example="30",
        help="Days until an invoice is due; blank for the shop's own terms.",
    )
    accepts_marketing = TransferField(
        CustomerProfile,
        "accepts_marketing",
        label="Wants news and offers",
        synonyms=(
            "accepts email marketing", "newsletter", "subscribed", "marketing consent", "subscribed to newsletter",
            "newsletter abonniert", "abonné à la newsletter",
        ),
        example="no",
        help="Yes only where the person has agreed to it.",
    )  # fmt: skip
    note = TransferField(
        CustomerProfile,
        "note",
        label="Internal note",
        synonyms=("notes", "comment", "remarks", "bemerkung", "notiz", "remarque"),
        example="Calls before delivery",
        help="Never shown to the customer.",
    )
    address_name = TransferField(
        Address,
        "name",
        attribute="user__addresses__name",
        label="Recipient",
        synonyms=("billing name", "recipient name", "addressee", "empfänger", "rechnungsempfänger", "destinataire"),
        example="Anna Example",
        help="The customer's name or company where it is left out.",
    )
    address_company = TransferField(
        Address,
        "company",
        attribute="user__addresses__company",
        label="Recipient's company",
        synonyms=("address company", "billing company"),
        example="Example Ltd",
    )
    line1 = TransferField(
        Address,
        "line1",
        attribute="user__addresses__line1",
        label="Street",
        synonyms=(
            "billing line1", "billing address 1", "billing street", "address", "address 1", "address line 1",
            "street address", "street 1", "straße", "straße und hausnummer", "adresse", "rue",
        ),
        example="Musterweg 1",
        help="With street, additional line, postcode, city and country an address is found again; a new one needs it.",
    )  # fmt: skip
    line2 = TransferField(
        Address,
        "line2",
        attribute="user__addresses__line2",
        label="Additional line",
        synonyms=("billing line2", "billing address 2", "address 2", "address line 2", "street 2", "adresszusatz"),
        example="2nd floor",
    )
    postcode = TransferField(
        Address,
        "postcode",
        attribute="user__addresses__postcode",
        synonyms=("billing postcode", "billing zip", "zip", "zip code", "postal code", "plz", "postleitzahl", "code postal"),
        example="01067",
        help="Kept as text, leading zeros included.",
    )  # fmt: skip
    city = TransferField(
        Address,
        "city",
        attribute="user__addresses__city",
        synonyms=("billing city", "town", "ort", "stadt", "ville"),
        example="Dresden",
        help="A new address needs it.",
    )
    region = TransferField(
        Address,
        "region",
        attribute="user__addresses__region",
        synonyms=("billing region", "billing state", "state", "province", "county", "bundesland", "région"),
        example="Saxony",
    )
    country = TransferField(
        None,
        "country",
        attribute="user__addresses__country",
        max_length=80,
        synonyms=("billing country", "country code", "country iso", "land", "pays"),
        example="DE",
        help="ISO code, or the name in English, German or French. A new address needs it.",
    )
    address_phone = TransferField(
        Address,
        "phone",
        attribute="user__addresses__phone",
        label="Recipient's phone",
        synonyms=("billing phone", "address telephone"),
        example="0351 555001",
    )
    is_default_billing = TransferField(
        Address,
        "is_default_billing",
        attribute="user__addresses__is_default_billing",
        synonyms=("default billing", "default billing address", "standard rechnungsadresse"),
        example="yes",
        help="Yes takes it from the address that was the default before. Where nothing is said, a customer's first "
        "new address becomes the default if there is none.",
    )
    is_default_shipping = TransferField(
        Address,
        "is_default_shipping",
        attribute="user__addresses__is_default_shipping",
        synonyms=("default shipping", "default shipping address", "standard lieferadresse"),
        example="yes",
        help="As for invoices.",
    )
    shipping_name = TransferField(
        Address,
        "name",
        label="Ship to: recipient",
        synonyms=("ship to name", "delivery name", "lieferempfänger"),
        help="The columns “Ship to” hold a second address in the same row, the default for deliveries; the other one "
        "is then the default for invoices.",
    )
    shipping_company = TransferField(
        Address, "company", label="Ship to: company", synonyms=("ship to company", "delivery company", "lieferfirma")
    )
    shipping_line1 = TransferField(
        Address,
        "line1",
        label="Ship to: street",
        synonyms=("shipping address 1", "shipping street", "shipping address", "delivery street", "lieferstraße"),
    )
    shipping_line2 = TransferField(
        Address, "line2", label="Ship to: additional line", synonyms=("shipping address 2", "lieferadresszusatz")
    )
    shipping_postcode = TransferField(
        Address, "postcode", label="Ship to: postcode", synonyms=("shipping zip", "shipping postal code", "liefer plz")
    )
    shipping_city = TransferField(Address, "city", label="Ship to: city", synonyms=("delivery city", "lieferort"))
    shipping_region = TransferField(
        Address, "region", label="Ship to: region", synonyms=("shipping state", "shipping province")
    )
    shipping_country = TransferField(
        None,
        "country",
        max_length=80,
        label="Ship to: country",
        synonyms=("shipping country code", "delivery country", "lieferland"),
    )
    shipping_phone = TransferField(Address, "phone", label="Ship to: phone", synonyms=("delivery phone",))
