"""Addresses are found again by what they say; defaults move as the file says."""

import pytest

from accounts.models import Address
from accounts.tests.factories import AddressFactory, CustomerProfileFactory
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, diffs, errors, planned

pytestmark = pytest.mark.django_db

HEAD = "email,address_name,line1,line2,postcode,city,region,country,is_default_billing,is_default_shipping\n"
EMAIL = "kim@example.com"


@pytest.fixture
def kim(db):
    customer = CustomerProfileFactory(user__email=EMAIL, user__first_name="Kim", user__last_name="Example")
    return customer.user


def upload(*rows, head=HEAD, **options):
    return applied(head + "".join(f"{EMAIL},{row}\n" for row in rows), kind="customers", **options)


def addresses(user):
    return list(user.addresses.values_list("name", "line1", "is_default_billing", "is_default_shipping"))


# Finding -----------------------------------------------------------------------


def test_case_and_spacing_make_no_other_address_but_are_corrected(kim):
    AddressFactory(user=kim, line1="musterweg  1", city="DRESDEN")

    done = upload("Kim Example,Musterweg 1,,01067,Dresden,,DE,,")

    assert diffs(done) == {2: {"line1": ["musterweg  1", "Musterweg 1"], "city": ["DRESDEN", "Dresden"]}}
    assert addresses(kim) == [("Kim Example", "Musterweg 1", False, False)]


def test_another_recipient_at_the_only_address_there_changes_it(kim):
    AddressFactory(user=kim)

    done = upload("Kim Sample,Musterweg 1,,01067,Dresden,Saxony,DE,,")

    assert diffs(done) == {2: {"address_name": ["Kim Example", "Kim Sample"], "region": ["", "Saxony"]}}
    assert kim.addresses.count() == 1


def test_two_recipients_at_one_place_are_two_addresses(kim):
    AddressFactory(user=kim)

    done = upload("Lo Example,Musterweg 1,,01067,Dresden,,DE,,", "Bo Example,Musterweg 1,,01067,Dresden,,DE,,")

    assert counts(done) == {"rows": 2, "created": 2}
    assert sorted(kim.addresses.values_list("name", flat=True)) == ["Bo Example", "Kim Example", "Lo Example"]


def test_of_several_recipients_the_named_one_is_changed(kim):
    AddressFactory(user=kim)
    lo = AddressFactory(user=kim, name="Lo Example")

    upload("Lo Example,Musterweg 1,,01067,Dresden,Saxony,DE,,")

    lo.refresh_from_db()
    assert (lo.region, kim.addresses.filter(region="").count()) == ("Saxony", 1)


def test_another_flat_or_street_is_another_address_and_the_old_one_stays(kim):
    AddressFactory(user=kim, line2="Flat 1")

    done = upload("Kim Example,Musterweg 1,Flat 2,01067,Dresden,,DE,,", "Kim Example,Neuer Weg 1,,01067,Dresden,,DE,,")

    assert counts(done) == {"rows": 2, "created": 2}
    assert kim.addresses.count() == 3


def test_an_address_given_twice_is_made_once(kim):
    row = "Kim Example,Weg 5,,24103,Kiel,,DE,,"

    done = upload(row, row)

    assert actions(done) == {2: "create", 3: "skipped"}
    assert errors(done) == {3: [["", "", "Row 2 says the same of this customer."]]}
    assert kim.addresses.count() == 1
    assert counts(upload(row, row)) == {"rows": 2, "unchanged": 1, "skipped": 1}


def test_a_recipient_is_made_of_the_person_or_the_company():
    applied(
        "email,first_name,last_name,company,line1,city,country\n"
        "a@example.com,Anna,Example,Example Ltd,Weg 1,Kiel,DE\nb@example.com,,,Beta Ltd,Weg 2,Kiel,DE\n",
        kind="customers",
    )

    assert sorted(Address.objects.values_list("name", flat=True)) == ["Anna Example", "Beta Ltd"]


def test_a_country_alone_is_no_address_and_is_said(kim):
    done = upload(",,,,,,DE,,", ",,,,,,FR,yes,")

    assert done.warnings == [
        "2 rows name a recipient, country or phone without street or city; no address is made of that."
    ]
    assert kim.addresses.count() == 0


# Defaults ----------------------------------------------------------------------


def test_the_first_new_address_becomes_the_default_where_there_is_none(kim):
    upload("Kim Example,Weg 1,,24103,Kiel,,DE,,", "Kim Example,Weg 2,,24103,Kiel,,DE,,yes")

    assert addresses(kim) == [("Kim Example", "Weg 1", True, False), ("Kim Example", "Weg 2", False, True)]


def test_no_means_no(kim):
    upload("Kim Example,Weg 1,,24103,Kiel,,DE,no,no")

    assert addresses(kim) == [("Kim Example", "Weg 1", False, False)]


def test_defaults_stay_where_the_file_says_nothing(kim):
    AddressFactory(user=kim, is_default_billing=True, is_default_shipping=True)

    upload("Kim Example,Weg 2,,24103,Kiel,,DE,,")

    assert addresses(kim) == [("Kim Example", "Musterweg 1", True, True), ("Kim Example", "Weg 2", False, False)]


def test_yes_takes_the_default_from_the_one_that_was_it(kim):
    old = AddressFactory(user=kim, is_default_billing=True, is_default_shipping=True)

    done = upload("Kim Example,Weg 2,,24103,Kiel,,DE,yes,")

    assert addresses(kim) == [("Kim Example", "Musterweg 1", False, True), ("Kim Example", "Weg 2", True, False)]
    assert done.warnings == [f"1 customer gets another default address: {EMAIL}"]
    assert old.history.filter(history_job_id=done.apply_job_id).values_list("history_type", flat=True).get() == "~"


def test_two_known_addresses_change_places(kim):
    AddressFactory(user=kim, is_default_billing=True, is_default_shipping=True)
    AddressFactory(user=kim, line1="Weg 2")

    done = upload("Kim Example,Weg 2,,01067,Dresden,,DE,yes,yes", "Kim Example,Musterweg 1,,01067,Dresden,,DE,no,no")

    both = {"is_default_billing": [False, True], "is_default_shipping": [False, True]}
    assert diffs(done) == {2: both, 3: {name: [True, False] for name in both}}
    assert addresses(kim) == [("Kim Example", "Musterweg 1", False, False), ("Kim Example", "Weg 2", True, True)]


def test_no_leaves_nobody_the_default(kim):
    AddressFactory(user=kim, is_default_billing=True, is_default_shipping=True)

    done = upload("Kim Example,Musterweg 1,,01067,Dresden,,DE,no,")

    assert diffs(done) == {2: {"is_default_billing": [True, False]}}
    assert addresses(kim) == [("Kim Example", "Musterweg 1", False, True)]


def test_two_defaults_for_one_purpose_are_refused(kim):
    rows = ("Kim Example,Weg 1,,24103,Kiel,,DE,yes,", "Kim Example,Weg 2,,24103,Kiel,,DE,yes,")

    done = upload(*rows, on_error="skip")

    assert errors(done) == {3: [["is_default_billing", "yes", "Row 2 is the default for invoices already."]]}
    assert addresses(kim) == [("Kim Example", "Weg 1", True, True)]


# Two addresses in a row ----------------------------------------------------------

TWO = (
    "email,line1,postcode,city,country,shipping_name,shipping_line1,shipping_postcode,shipping_city,shipping_country\n"
)


def test_a_row_can_bring_one_address_for_invoices_and_one_for_deliveries(kim):
    row = "Weg 1,24103,Kiel,Germany,Kim Lager,Hafen 2,20457,Hamburg,Allemagne"

    done = upload(row, head=TWO)

    assert counts(done) == {"rows": 1, "created": 1}
    assert addresses(kim) == [("Kim Example", "Weg 1", True, False), ("Kim Lager", "Hafen 2", False, True)]
    assert counts(upload(row, head=TWO)) == {"rows": 1, "unchanged": 1}


def test_the_same_twice_is_one_address_for_both(kim):
    row = "Weg 1,24103,Kiel,DE,,Weg 1,24103,Kiel,DE"

    upload(row, head=TWO)

    assert addresses(kim) == [("Kim Example", "Weg 1", True, True)]
    assert counts(upload(row, head=TWO)) == {"rows": 1, "unchanged": 1}


def test_what_is_wrong_with_the_second_address_is_said_at_its_column(kim):
    before = Address.history.count()

    done = planned(TWO + f"{EMAIL},Weg 1,24103,Kiel,DE,,Hafen 2,20457,,Atlantis\n", kind="customers")

    assert errors(done) == {
        2: [["shipping_country", "Atlantis", "“Atlantis” is no country. Write a code such as DE, or its name."]]
    }
    assert Address.history.count() == before
