"""The exports of other versions and languages of a system, and what their cells say beside the plain ones."""

from decimal import Decimal

import pytest

from backoffice.kernel.tests.transfers.uploading import applied, counts, errors, planned
from backoffice.kernel.transfers.shapes import recognise
from products.models import Product, Variant
from products.transfers.shapes import SHAPES

pytestmark = pytest.mark.django_db

HEADINGS = {
    "woocommerce": [
        "ID;Type;SKU;Name;Published;Regular price;Parent",
        "ID;Typ;Artikelnummer;Name;Veröffentlicht;Regulärer Preis;Übergeordnetes Produkt",
        "ID;Type;UGS;Nom;Publié;Tarif régulier;Parent",
        "ID;Tipo;SKU;Nombre;Publicado;Precio normal;Superior",
        "ID;Tipo;SKU;Nome;Pubblicato;Prezzo di listino;Genitore",
        "Type;Artikelnummer;Naam;Gepubliceerd;Reguliere prijs;Hoofd",
        "ID;Tipo;SKU;Nome;Publicado;Preço;Ascendente",
        "Typ;SKU;Nadrzędny;Nazwa;Opublikowany;Cena regularna",
    ],
    "prestashop": [
        "ID;Active (0/1);Name *;Categories (x,y,z...);Price tax excluded or Price tax included;Reference #",
        "Product ID;Active (0/1);Name*;Categories (x,y,z...);Price tax excluded;Cost price;Reference #;Brand",
        "Product ID;Image;Name;Reference;Category;Price (tax excl.);Price (tax incl.);Quantity;Status;Position",
    ],
    "odoo": [
        "Internal Reference;Name;Sale Price;Cost",
        "id;name;default_code;list_price;standard_price",
        "id;default_code;name;lst_price;categ_id",
        "Nom;Référence interne;Prix de vente;Coût",
        "Name;Interne Referenz;Verkaufspreis",
        "Nombre;Referencia interna;Precio de venta",
    ],
    "magento": ["sku;attribute_set_code;product_type;name;price"],
    "vendure": [
        "name:en;name:de;slug:en;slug:de;optionGroups:en;optionValues:en;sku;price",
        "name:pt_BR;slug:pt_BR;optionGroups:pt_BR;optionValues:pt_BR;sku;price",
        "name;slug;optionGroups;optionValues;sku;price;product:keywords",
    ],
    "": ["sku;name;price;type", "Type;Name;Price;Parent", "name;slug;sku;price", "id;name;list_price"],
}


@pytest.mark.parametrize(("shape", "headings"), [(shape, text) for shape, texts in HEADINGS.items() for text in texts])
def test_headings_give_a_system_away(shape, headings):
    found = recognise(SHAPES, headings.split(";"))
    assert (found.name if found else "") == shape


def variants(*names):
    return list(Variant.objects.order_by("sku").values_list("sku", *names))


def products(*names):
    return list(Product.objects.order_by("handle").values_list("handle", *names))


def test_amounts_of_a_sale_are_read_with_the_comma_of_their_file(shop):
    upload = applied("""
        Typ;Artikelnummer;Name;Veröffentlicht;Regulärer Preis;Angebotspreis;Gewicht (kg);Kategorien
        simple;A;Stuhl;1;129;99,5;1,25;Wohnen > Stühle
        simple;B;Tisch;0;1.299,00;;;
    """)

    assert upload.mapping["shape"] == "woocommerce"
    assert variants("price", "compare_at_price", "weight_grams") == [
        ("A", Decimal("99.50"), Decimal("129.00"), 1250),
        ("B", Decimal("1299.00"), None, None),
    ]
    assert products("status", "category__full_name") == [
        ("stuhl-a", "active", "Wohnen > Stühle"),
        ("tisch-b", "draft", None),
    ]


@pytest.mark.parametrize(
    ("unit", "weight", "grams"), [("g", "250", 250), ("lbs", "1.5", 680), ("oz", "8", 227), ("kg", "0.25", 250)]
)
def test_a_weight_is_read_in_the_unit_of_its_heading(shop, unit, weight, grams):
    applied(f"""
        Type,SKU,Name,Published,Regular price,Weight ({unit})
        simple,A,Mug,1,5,{weight}
    """)

    assert variants("weight_grams") == [("A", grams)]


@pytest.mark.parametrize(
    ("start", "end", "price", "before"),
    [
        ("", "", "8.00", "10.00"), ("2020-01-01", "2999-12-31", "8.00", "10.00"), ("", "2020-01-31", "10.00", None),
        ("2199-01-01T00:00:00", "", "10.00", None), ("", "1/31/20", "10.00", None), ("1/31/20, 8:02 PM", "", "8.00", "10.00"),
    ],
)  # fmt: skip
def test_only_a_sale_of_today_lowers_the_price(shop, start, end, price, before):
    applied(f"""
        sku,attribute_set_code,product_type,name,price,special_price,special_price_from_date,special_price_to_date
        A,Default,simple,Mug,10.0000,8.0000,"{start}","{end}"
    """)

    assert variants("price", "compare_at_price") == [("A", Decimal(price), Decimal(before) if before else None)]


def test_a_commas_backslash_and_written_line_breaks_are_read(shop):
    upload = applied(r"""
        Type,SKU,Name,Published,Regular price,Tax class,Description,Categories,Attribute 1 name,Attribute 1 value(s),Parent
        variable,P,Rug,1,,reduced-rate,One\nTwo \\n three,"Home\, sweet > Rugs, Sale",Colour,"Red\, dark, Blue",
        variation,P-1,,1,5,parent,,,Colour,"Red\, dark",P
        simple,S,Pot,1,6,,,,Material,"Clay, Iron",
    """)

    rug = Product.objects.get(handle="p")
    assert (rug.description, rug.category.full_name) == ("One\nTwo \\n three", "Home, sweet > Rugs")
    assert rug.tax_class.code == "reduced"
    assert variants("title") == [("P-1", "Red, dark"), ("S", "")]
    assert "1 simple product has attributes; they are not kept." in upload.warnings


def test_further_attributes_fill_what_is_known_here(shop):
    upload = applied("""
        sku,attribute_set_code,product_type,name,price,categories,additional_attributes
        A,Default,simple,Mug,5,"Default Category,Default Category/Kitchen,Default Category/Kitchen/Mugs","brand=Nord, Sons,ean=04006381333931"
        B,Default,simple,Pot,6,"Default Category/Kitchen,Default Category/Sale","climate=Cool|Warm"
    """)

    assert variants("barcode", "product__brand", "product__category__full_name") == [
        ("A", "04006381333931", "Nord, Sons", "Kitchen > Mugs"),
        ("B", "", "", "Kitchen"),
    ]
    assert "1 row names more than one category; one is kept." in upload.warnings
    assert "1 row has further attributes; they are not kept." in upload.warnings


def test_pieces_are_not_cut_to_whole_ones(shop):
    upload = planned("""
        sku,attribute_set_code,product_type,name,price,qty
        A,Default,simple,Rope,2.0000,2.5000
        B,Default,simple,Mug,2.0000,12.0000
    """)

    assert counts(upload) == {"rows": 2, "created": 1, "failed": 1}
    assert errors(upload)[2][0][2].startswith("“2.5000” is not a whole number.")


def test_shopify_files_from_a_french_spreadsheet_without_status_and_with_quoted_codes(shop):
    applied("""
        Handle,Title,Custom Product Type,Product Category,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Barcode
        mug,Mug,Cups,Home > Kitchen,VRAI,Size,S,'0001,5,'0012345678905
        mug,,,,,,L,'0002,6,
        pot,Pot,,Home > Kitchen,FAUX,Title,Default Title,O'Pot,7,
    """)

    assert products("status", "category__full_name") == [("mug", "active", "Cups"), ("pot", "draft", "Home > Kitchen")]
    assert variants("barcode") == [("0001", "0012345678905"), ("0002", ""), ("O'Pot", "")]


def test_columns_of_several_languages_fill_from_the_first_and_name_the_others(shop):
    upload = applied("""
        name:en,name:de,slug:en,slug:de,facets:en,optionGroups:en,optionValues:en,sku,price,taxCategory
        Paper,Papier,paper,papier,category:Office,size,A4,P-A4,3.5,Standard Tax
        ,,,,,,A5,P-A5,2.5,Standard Tax
    """)

    assert products("name", "category__full_name", "tax_class__code") == [("paper", "Paper", "Office", "standard")]
    assert variants("title") == [("P-A4", "A4"), ("P-A5", "A5")]
    assert upload.unmapped_columns == ["name:de", "slug:de"]


@pytest.mark.parametrize(
    "text",
    [
        "name,slug,optionGroups,optionValues,sku,price\nTee,tee,Size,S,T-S,10\n,,,M,T-M,10\nCap & Co,,,,CAP,5\n",
        "Title,URL handle,Option1 name,Option1 value,SKU,Price\nTee,tee,Size,S,T-S,10\n,tee,,M,T-M,10\nCap & Co,,,,CAP,5\n",
    ],
    ids=["vendure", "shopify"],
)
def test_a_row_with_a_name_begins_another_product(shop, text):
    applied(text)

    assert variants("product__handle") == [("CAP", "cap-co"), ("T-M", "tee"), ("T-S", "tee")]
    assert counts(planned(text)) == {"rows": 3, "unchanged": 3}


def test_the_row_of_all_shops_describes_a_product_wherever_it_stands(shop):
    upload = applied("""
        sku,store_view_code,attribute_set_code,product_type,name,price
        A,german,,,Tasse,
        A,,Default,simple,Mug,5
        A,french,,,Tasse,
    """)

    assert products("name") == [("mug-a", "Mug")]
    assert counts(upload) == {"rows": 3, "created": 1, "skipped": 2}
    assert errors(upload)[2][0][2] == "Texts in “german” are not kept; row 3 describes the product."


def test_locations_of_another_system_are_not_looked_for(shop):
    upload = applied("""
        product_id,sku,name,slug,price,currency,inventory_count,stock_location,option1_name,option1_value
        1,SOLO,Solo,solo,5,EUR,3,Warehouse 9,,
    """)

    assert Variant.objects.get(sku="SOLO").stocks.get().on_hand == 3
    assert "stock_location" in upload.unmapped_columns


def test_categories_of_prestashop_stand_below_home(shop):
    applied("""
        ID;Active (0/1);Name *;Categories (x,y,z...);Price tax excluded;Reference #;Quantity
        1;1;Shirt;Home,Clothes;9,90;A;3
        2;0;Mug;Home/Kitchen/Mugs;19,90;B;0
    """)

    assert products("category__full_name", "status") == [
        ("mug-b", "Kitchen > Mugs", "draft"),
        ("shirt-a", "Clothes", "active"),
    ]


def test_names_of_fields_and_labels_of_odoo_read_alike(shop):
    applied("""
        id,name,default_code,barcode,list_price,standard_price,categ_id/complete_name,weight,qty_available,description_sale
        __export__.p_1,Desk,F-1,0601647855638,450.0,300.0,All / Office / Desks,12.5,10.0,Made of oak
    """)

    assert variants("price", "cost", "weight_grams", "barcode", "stocks__on_hand") == [
        ("F-1", Decimal("450.00"), Decimal("300.00"), 12500, "0601647855638", 10)
    ]
    assert products("category__full_name", "description") == [("desk-f-1", "Office > Desks", "Made of oak")]


def test_variants_of_odoo_are_one_product_by_its_name_and_their_values(shop):
    text = """
        Name,Internal Reference,Sales Price,Variant Values
        Desk,D-1,750,"Legs: Steel, Colour: White, matt"
        Desk,D-2,760,"Legs: Steel, Colour: Black"
        Desk,D-3,90,
        Sofa,S-1,450,Steel
    """
    applied(text)

    assert variants("product__handle", "title") == [
        ("D-1", "desk", "Steel / White, matt"),
        ("D-2", "desk", "Steel / Black"),
        ("D-3", "desk-d-3", ""),
        ("S-1", "sofa-s-1", "Steel"),
    ]
    assert counts(planned(text)) == {"rows": 4, "unchanged": 4}


def test_the_first_files_of_oscar_have_no_categories(shop):
    upload = applied("""
        "9780002201438","Plant Galls","A study, of ""galls"".","Book","BookPartner","9780002201438","50.00","7"
        "9780006280545","Christianity","Revised.","Book","BookPartner","0006280545","7.99","24"
    """)

    assert upload.mapping["shape"] == "oscar_old"
    assert variants("barcode", "price", "product__brand", "product__category__full_name") == [
        ("0006280545", "9780006280545", Decimal("7.99"), "BookPartner", "Book"),
        ("9780002201438", "9780002201438", Decimal("50.00"), "BookPartner", "Book"),
    ]
