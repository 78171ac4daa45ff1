"""The columns of category files."""

from __future__ import annotations

from backoffice.kernel.transfers.fields import TransferField, TransferResource
from products.models import Category

_PATH: int = 700


class CategoryResource(TransferResource):
    """Categories by their paths."""

    path = TransferField(
        None,
        "path",
        attribute="full_name",
        required=True,
        max_length=_PATH,
        synonyms=(
            "category", "category path", "full name", "complete name", "category name", "name", "title", "breadcrumb",
            "taxonomy", "kategorie", "kategoriepfad", "pfad", "catégorie", "nom", "chemin", "display name",
        ),
        example="Kitchen > Coffee machines",
        help="Names from the top down, separated by “>”. Levels that are missing are made.",
    )  # fmt: skip
    parent = TransferField(
        None,
        "parent",
        max_length=_PATH,
        synonyms=(
            "parent category", "parent path", "parent name", "parent category name", "oberkategorie",
            "übergeordnete kategorie", "catégorie parente", "parente", "parent id",
        ),
        help="Path of the category above, in files whose path column holds the last name only.",
    )  # fmt: skip
    new_path = TransferField(
        None,
        "new_path",
        max_length=_PATH,
        label="New path",
        synonyms=("rename to", "move to", "new name", "new category", "neuer pfad", "neuer name", "nouveau chemin"),
        example="Kitchen > Coffee",
        help="Where the category is to be then, for renaming and moving; what lies below it comes along.",
    )
    slug = TransferField(
        Category,
        "slug",
        synonyms=("url key", "handle", "permalink", "url rewritten", "friendly url", "seo url", "url", "réécriture"),
        example="coffee-machines",
        help="Short name in addresses; made from the name where it is left out.",
    )
    description = TransferField(
        Category,
        "description",
        synonyms=("body", "body html", "text", "beschreibung", "category description", "texte"),
        example="Everything for a good cup.",
        help="Blank keeps what is stored, [clear] empties it.",
    )
    is_active = TransferField(
        Category,
        "is_active",
        label="Shown in the shop",
        synonyms=(
            "active", "is active", "shown", "active 0 1", "enabled", "visible", "published", "displayed", "aktiv", "sichtbar",
            "actif", "active 1 0", "include in menu", "status",
        ),
        example="yes",
        help="No hides the category.",
    )  # fmt: skip
