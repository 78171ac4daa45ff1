"""The pipeline from the command line."""

import hashlib
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.tests.factories import SellerUserFactory, StaffFactory, SuperuserFactory
from backoffice.kernel.transfers.models import SavedMapping
from products.models import Product, Variant

pytestmark = pytest.mark.django_db

TEXT = "sku,name,price,colour\nA,Mug,1,red\nB,Cup,x,blue\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text(TEXT)
    return path


def ask(capsys, *arguments, fails=False):
    capsys.readouterr()
    if fails:
        with pytest.raises(CommandError):
            call_command(*arguments, "--json")
    else:
        call_command(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_without_apply_it_only_says_what_would_be(shop, file, capsys):
    report = ask(capsys, "import_file", "products", str(file))

    seconds = report.pop("seconds")
    assert 0 < seconds < 60
    assert report == {
        "id": report["id"],
        "kind": "products",
        "digest": hashlib.sha256(TEXT.encode()).hexdigest(),
        "mapping": {"shape": "", "saved": "", "columns": {"sku": "sku", "name": "name", "price": "price"}},
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "failed": 1,
        "skipped": 0,
        "errors": [
            {
                "row": 3,
                "column": "price",
                "value": "x",
                "message": "“x” is not a number. Give digits only, for example 12.50.",
            }
        ],
        "warnings": ["1 new product names no seller and goes to “north”."],
        "unmapped_columns": ["colour"],
        "applied": False,
    }
    assert Product.objects.count() == 0


def test_errors_stop_it_unless_told_otherwise(shop, file, capsys, tmp_path):
    errors = tmp_path / "errors.csv"

    stopped = ask(capsys, "import_file", "products", str(file), "--apply", fails=True)
    skipped = ask(
        capsys, "import_file", "products", str(file), "--apply", "--on-error", "skip", "--errors-to", str(errors)
    )

    assert (stopped["applied"], stopped["created"]) == (False, 1)
    assert stopped["error"].startswith("1 row has an error, so nothing is applied.")
    assert (skipped["applied"], skipped["created"], skipped["failed"]) == (True, 1, 1)
    assert Variant.objects.get().sku == "A"
    assert errors.read_text().splitlines() == [
        "sku,name,price,colour,Row number,What is wrong",
        'B,Cup,x,blue,3,"price: “x” is not a number. Give digits only, for example 12.50."',
    ]


def test_the_round_trip_ends_with_nothing_changed(shop, file, capsys, tmp_path):
    out = tmp_path / "out.xlsx"
    first = ask(capsys, "import_file", "products", str(file), "--apply", "--on-error", "skip")

    report = ask(capsys, "export", "products", "--out", str(out), "--columns", "sku,name,price", "--filter", "sku=A")
    again = ask(capsys, "import_file", "products", str(out), "--apply")
    plan = ask(capsys, "undo_import", str(first["id"]))
    undone = ask(capsys, "undo_import", str(first["id"]), "--apply")

    assert (report["rows"], report["columns"]) == (1, ["sku", "name", "price"])
    assert (again["rows"], again["unchanged"], again["created"], again["updated"]) == (1, 1, 0, 0)
    assert (plan["deleted"], plan["conflicts"], plan["applied"], plan["state"]) == (2, 0, False, "applied")
    assert (undone["deleted"], undone["conflicts"], undone["applied"], undone["state"]) == (2, 0, True, "undone")
    assert Product.objects.count() == 0


def test_a_person_uses_the_own_mappings_alone(shop, file):
    owner, other = SuperuserFactory(), SuperuserFactory()
    SavedMapping.objects.create(kind="products", name="supplier", owner=other, columns={})

    with pytest.raises(CommandError, match=f"No mapping of products is saved under the name “supplier” by {owner}"):
        call_command("import_file", "products", str(file), "--mapping", "supplier", "--user", owner.email)


def test_a_saved_mapping_is_used_by_name(shop, tmp_path, capsys):
    path = tmp_path / "odd.csv"
    path.write_text("Nr;Was;Kostet\n1;Becher;2,50\n")
    SavedMapping.objects.create(
        kind="products",
        name="supplier",
        owner=StaffFactory(),
        headings="",
        columns={
            "Nr": {"field": "sku"},
            "Was": {"field": "name"},
            "Kostet": {"field": "price", "written": {"decimal_mark": ","}},
        },
    )

    report = ask(capsys, "import_file", "products", str(path), "--mapping", "supplier", "--apply")

    assert report["mapping"] == {
        "shape": "",
        "saved": "supplier",
        "columns": {"Nr": "sku", "Was": "name", "Kostet": "price"},
    }
    assert str(Variant.objects.get(sku="1").price) == "2.50"


def test_what_can_be_read_in_two_ways_is_said(shop, tmp_path, capsys):
    path = tmp_path / "prices.csv"
    path.write_text('sku,name,price\nA,Mug,"1,299"\n')

    report = ask(capsys, "import_file", "products", str(path), "--apply")

    told = "The column “price”: “1,299” may be 1299 or 1.299. It is read with the point before its decimals."
    assert told in report["warnings"]
    assert str(Variant.objects.get().price) == "1299.00"


def test_an_encoding_that_is_not_certain_is_said(shop, tmp_path, capsys):
    path = tmp_path / "odd.csv"
    path.write_bytes(b"sku,name,price\nA,M\xc3\x28g,1\nB,\xe9t\xe9,2\n")

    report = ask(capsys, "import_file", "products", str(path))

    assert len([text for text in report["warnings"] if "Windows-125" in text or "encoding" in text]) == 1
    assert [text for text in report["warnings"] if text.startswith("The encoding is not certain. ")] != []


def test_what_is_only_guessed_is_left_out_and_said(shop, tmp_path, capsys):
    path = tmp_path / "guess.csv"
    path.write_text("sku,name,price,weights in gram\nA,Mug,1,20\n")

    report = ask(capsys, "import_file", "products", str(path), "--apply")

    assert report["unmapped_columns"] == ["weights in gram"]
    assert Variant.objects.get().weight_grams is None
    assert report["warnings"][-1] == (
        "The column “weights in gram” may be “weight_grams”; nobody has confirmed it, so it is left out."
    )


def test_rights_hold_as_in_the_admin(shop, file, capsys, grant):
    nobody = SellerUserFactory(seller=shop)
    seller = grant(SellerUserFactory(seller=shop), "products.import_product")

    for command in (["import_file", "products", str(file)], ["export", "products", "--out", str(file)]):
        with pytest.raises(CommandError, match=f"{nobody} may not"):
            call_command(*command, "--user", nobody.email)
    assert file.read_text() == TEXT
    ask(capsys, "import_file", "products", str(file), "--apply", "--on-error", "skip", "--user", seller.email)

    assert Product.objects.get().seller == shop


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["import_file", "nonsense", "x.csv"], "There is no kind of upload called “nonsense”"),
        (["import_file", "products", "missing.csv"], "There is no file missing.csv"),
        (["import_file", "products", "{file}", "--set", "brand"], "“brand” is not NAME=VALUE"),
        (["import_file", "products", "{file}", "--set", "iban=1"], "There is no field “iban”"),
        (["import_file", "products", "{file}", "--mapping", "none"], "No mapping of products is saved under the name “none”"),
        (["undo_import", "999"], "There is no upload 999"),
        (["export", "nonsense", "--out", "x.csv"], "There is no export called “nonsense”"),
        (["export", "products", "--out", "x.html"], "Exports are CSV or XLSX, not “html”"),
        (["export", "products", "--out", "{file}/x.csv"], "Not a directory"),
        (["import_file", "products", "{file}", "--errors-to", "/nowhere/x.csv"], "No such file or directory"),
    ],
)  # fmt: skip
def test_refusals_say_why(shop, file, arguments, reason):
    with pytest.raises(CommandError, match=reason):
        call_command(*[argument.format(file=file) for argument in arguments])
