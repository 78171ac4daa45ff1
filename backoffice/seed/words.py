"""What the demo shop's goods, people and places are called. None of them exists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goods:
    """A kind of goods.

    Attributes:
        category: names from the root of the category tree down.
        noun: what one piece is called.
        lowest: lowest price in whole euros, with tax.
        highest: highest price.
        option: attribute in which variants differ, or "".
        reduced: taxed at the reduced rate.
        shape: which drawing shows it.
    """

    category: tuple[str, ...]
    noun: str
    lowest: int
    highest: int
    option: str = ""
    reduced: bool = False
    shape: str = "box"


GOODS = (
    Goods(("Home", "Kitchen"), "Teapot", 18, 60, "Colour", shape="pot"),
    Goods(("Home", "Kitchen"), "Chopping board", 12, 45, "Wood", shape="board"),
    Goods(("Home", "Kitchen"), "Mug", 8, 22, "Colour", shape="mug"),
    Goods(("Home", "Living"), "Table lamp", 35, 140, "Colour", shape="lamp"),
    Goods(("Home", "Living"), "Cushion", 15, 48, "Colour", shape="cushion"),
    Goods(("Home", "Living"), "Wall clock", 25, 90, shape="clock"),
    Goods(("Garden",), "Watering can", 14, 42, "Colour", shape="pot"),
    Goods(("Garden",), "Flower pot", 6, 38, "Size", shape="mug"),
    Goods(("Clothing", "Shirts"), "T-shirt", 15, 35, "Size", shape="shirt"),
    Goods(("Clothing", "Shirts"), "Linen shirt", 39, 89, "Size", shape="shirt"),
    Goods(("Clothing", "Accessories"), "Wool scarf", 25, 70, "Colour", shape="scarf"),
    Goods(("Clothing", "Accessories"), "Canvas bag", 12, 49, "Colour", shape="bag"),
    Goods(("Books",), "Cookbook", 18, 39, reduced=True, shape="book"),
    Goods(("Books",), "Field guide", 14, 32, reduced=True, shape="book"),
    Goods(("Food", "Tea"), "Green tea 250 g", 8, 24, reduced=True, shape="box"),
    Goods(("Food", "Chocolate"), "Dark chocolate 100 g", 3, 8, reduced=True, shape="board"),
    Goods(("Office",), "Notebook", 6, 19, "Colour", shape="book"),
    Goods(("Office",), "Fountain pen", 22, 120, "Colour", shape="pen"),
    Goods(("Toys",), "Wooden train", 19, 65, shape="train"),
    Goods(("Toys",), "Puzzle, 500 pieces", 12, 29, shape="box"),
)
OPTIONS = {
    "Colour": ("Slate", "Moss", "Rust", "Sand"),
    "Size": ("S", "M", "L", "XL"),
    "Wood": ("Oak", "Walnut", "Beech"),
}
MODELS = (
    "Alba", "Birk", "Cedro", "Delta", "Elva", "Fjord", "Gaia", "Hanko", "Iris", "Juno", "Kiruna", "Lumo", "Mira",
    "Nordlys", "Olea", "Prisma", "Quarz", "Ronda", "Sora", "Tundra", "Umbra", "Vela", "Wega", "Xenia", "Yara", "Zephyr",
)  # fmt: skip
FIRST_NAMES = (
    "Ada", "Amir", "Anouk", "Bea", "Clara", "Dario", "Elif", "Emil", "Femke", "Hana", "Ilse", "Jonas", "Karim", "Lea",
    "Luca", "Maja", "Noor", "Oskar", "Paula", "Rasmus", "Salma", "Tomas", "Ulla", "Vera", "Yusuf", "Zofia",
)  # fmt: skip
LAST_NAMES = (
    "Ahlberg", "Bauer", "Costa", "Dubois", "Eriksen", "Fischer", "Garnier", "Haddad", "Ivanov", "Jansen", "Keller",
    "Lambert", "Moreau", "Nowak", "Olsen", "Peeters", "Rossi", "Schmidt", "Tanaka", "Urban", "Vogel", "Weber", "Zimmer",
)  # fmt: skip
STREETS = ("Lindenallee", "Hafenstraße", "Rue du Marché", "Marktplatz", "Rosenweg", "Kerkstraat", "Am Anger")
# Country, cities with postcodes, language: most customers are at home.
PLACES = (
    ("DE", (("Dresden", "01067"), ("Hamburg", "20095"), ("Köln", "50667"), ("München", "80331")), "de", 60),
    ("AT", (("Wien", "1010"), ("Graz", "8010")), "de", 12),
    ("FR", (("Lyon", "69001"), ("Paris", "75003")), "fr", 12),
    ("NL", (("Utrecht", "3511"), ("Rotterdam", "3011")), "en", 10),
    ("CH", (("Zürich", "8001"),), "de", 4),
    ("AE", (("Dubai", "00000"),), "ar", 2),
)
COMPANIES = ("Studio", "Büro", "Atelier", "Handel", "Praxis")
CARRIERS = ("Parcel Post", "Blue Van", "City Bike")
NOTES = (
    "Customer asked for gift wrapping.",
    "Please ring at the back door.",
    "Called: delivery on Saturday is fine.",
    "Wants the invoice to the company address.",
)
REFUND_REASONS = ("Damaged in transit", "Price match", "Goodwill")
