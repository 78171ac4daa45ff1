"""Planting, renaming and moving the categories of the tree."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.text import slugify

from backoffice.kernel.history.bulk import bulk_update
from products.exceptions import CatalogueRefused
from products.models import Category, Product
from products.services.news import tell_catalogue_changed

# Any number will do that no other advisory lock of the project uses.
_TREE_LOCK = 7_240_115
_LONGEST_NAME: int = 700


class Place(StrEnum):
    """Where a category goes, as seen from another one."""

    BEFORE = "before"
    AFTER = "after"
    INTO = "into"


def category_tree_lock() -> None:
    """Let one transaction at a time change the tree; call inside a transaction.

    The tree's columns are rewritten for whole branches, which two writers must not do at once.
    SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


def category_create(*, category: Category, parent: Category | None = None) -> Category:
    """Add a category as the last child of another, or as the last root.

    Args:
        category: the new category, with its name; a slug is made where it has none.
        parent: None for a root.

    Raises:
        ValidationError: per field; a sister has the name, say.
    """
    with transaction.atomic():
        category_tree_lock()
        _prepare(category, parent)
        if parent is None:
            Category.objects.add_root(instance=category)
        else:
            Category.objects.add_child(Category.objects.get(pk=parent.pk), instance=category)
    return category


def category_save(*, category: Category) -> Category:
    """Save a changed category; a new name goes into the full names of its whole branch.

    Raises:
        ValidationError: per field; a sister has the name, say.
    """
    with transaction.atomic():
        category_tree_lock()
        stored = Category.objects.get(pk=category.pk)
        _prepare(category, Category.objects.get_parent(stored))
        category.path, category.depth, category.numchild = stored.path, stored.depth, stored.numchild
        category.save()
        _rename_branch(category, before=stored.full_name)
    return category


def category_move(*, category: Category, target: Category | None, place: Place = Place.INTO) -> Category:
    """Move a category with its branch.

    Args:
        category: what moves.
        target: the category that the place is seen from; None for the end of the roots.
        place: before or after the target, or into it as its last child.

    Raises:
        CatalogueRefused: the target lies within the branch, or has a child of the same name.
    """
    with transaction.atomic():
        category_tree_lock()
        moving = Category.objects.get(pk=category.pk)
        before = moving.full_name
        aim = Category.objects.get(pk=target.pk) if target is not None else Category.objects.get_last_root_node()
        within = target is not None and (aim == moving or aim.is_descendant_of(moving))
        if within:
            raise CatalogueRefused(f"{moving.name} cannot move into its own branch.", field="target")
        parent = None if target is None else (aim if place is Place.INTO else Category.objects.get_parent(aim))
        refusal = category_refusal(name=moving.name, parent=parent, leave_out=moving.pk)
        if refusal:
            raise CatalogueRefused(refusal, field="target")
        moving.full_name = _full_name(moving.name, parent)
        if aim != moving:
            position = "right" if target is None else {"before": "left", "after": "right", "into": "last-child"}[place]
            Category.objects.move(moving, aim, position)
        moved = Category.objects.get(pk=category.pk)
        if moved.full_name != moving.full_name:
            moved.full_name = moving.full_name
            moved.save(update_fields=["full_name", "updated_at"])
            _rename_branch(moved, before=before)
    category.refresh_from_db()
    return category


def category_place(*, category: Category, name: str, parent: Category | None) -> Category:
    """Give a category a name and a place, with its branch, whichever of the two is new.

    Args:
        category: what is renamed or moved.
        name: its name then.
        parent: what it stands below then, as the last child where that is new; None for a root.

    Raises:
        CatalogueRefused, ValidationError: as for moving and saving; nothing was changed.
    """
    with transaction.atomic():
        category_tree_lock()
        stored: Category = Category.objects.get(pk=category.pk)
        above = Category.objects.get_parent(stored)
        moves = above != parent
        # On the way it needs one of its names in one of the places; sisters there may have either.
        later = moves and bool(category_refusal(name=name, parent=above, leave_out=stored.pk))
        if moves and later:
            stored = category_move(category=stored, target=parent)
        if _tidy(name) != stored.name:
            stored.name = name
            stored = category_save(category=stored)
        if moves and not later:
            stored = category_move(category=stored, target=parent)
    return stored


def category_shift(*, category: Category, up: bool) -> bool:
    """Move a category past its neighbour among its sisters.

    Args:
        category: what moves.
        up: towards the first sister; else towards the last.

    Returns:
        False where it has no such neighbour.
    """
    stored = Category.objects.get(pk=category.pk)
    neighbour = Category.objects.get_prev_sibling(stored) if up else Category.objects.get_next_sibling(stored)
    if neighbour is None:
        return False
    category_move(category=category, target=neighbour, place=Place.BEFORE if up else Place.AFTER)
    return True


def category_delete(*, category: Category) -> None:
    """Delete a category that has neither children nor products.

    Raises:
        CatalogueRefused: it has some.
    """
    with transaction.atomic():
        category_tree_lock()
        stored = Category.objects.get(pk=category.pk)
        if stored.numchild:
            raise CatalogueRefused(f"{stored} has {stored.numchild} categories below it. Move or delete these first.")
        count = Product.objects.filter(category=stored).count()
        if count:
            raise CatalogueRefused(f"{stored} holds {count} products. Move these first.")
        stored.delete()


def category_refusal(*, name: str, parent: Category | None, leave_out: int | None = None) -> str:
    """Return why a category cannot have a name below a parent, in plain words, or an empty string.

    Args:
        name: the name that is wanted.
        parent: None for a root.
        leave_out: primary key of the category that the name is for.
    """
    name = _tidy(name)
    if Category.SEPARATOR.strip() in name:
        return "A category's name cannot contain “>”, which separates the levels."
    full_name = _full_name(name, parent)
    if len(full_name) > _LONGEST_NAME:
        return f"With the names of all levels above it, the name is longer than {_LONGEST_NAME} letters."
    for pk in Category.objects.filter(full_name=full_name).values_list("pk", flat=True):
        if pk != leave_out:
            return f"There is a category “{full_name}” already."
    return ""


def _prepare(category: Category, parent: Category | None) -> None:
    category.name = _tidy(category.name)
    refusal = category_refusal(name=category.name, parent=parent, leave_out=category.pk)
    if refusal:
        raise ValidationError({"name": refusal})
    category.full_name = _full_name(category.name, parent)
    category.slug = category.slug.strip() or _free_slug(category)
    # The tree's own columns are filled by the tree.
    category.full_clean(exclude=["path", "depth", "numchild"])


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _full_name(name: str, parent: Category | None) -> str:
    return name if parent is None else f"{parent.full_name}{Category.SEPARATOR}{name}"


def _free_slug(category: Category) -> str:
    base = slug_base(category.name)
    taken = set(Category.objects.filter(slug__startswith=base).exclude(pk=category.pk).values_list("slug", flat=True))
    return free_slug(category.name, taken)


def slug_base(name: str) -> str:
    """Return what a category's slug begins with."""
    return slugify(name, allow_unicode=True)[:120] or "category"


def free_slug(name: str, taken: Collection[str]) -> str:
    """Return a slug for a name, numbered where others have it."""
    base = slug_base(name)
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _rename_branch(category: Category, *, before: str) -> None:
    """Put a category's new full name into those below it, and tell that their products are found elsewhere now."""
    if category.full_name == before:
        return
    below = list(Category.objects.get_tree(category).exclude(pk=category.pk).values_list("pk", "full_name"))
    renamed = [(pk, category.full_name + full_name.removeprefix(before)) for pk, full_name in below]
    if any(len(full_name) > _LONGEST_NAME for _, full_name in renamed):
        raise ValidationError(
            {"name": f"A category below it would have a full name of more than {_LONGEST_NAME} letters."}
        )
    bulk_update(Category, ["full_name"], renamed)
    branch = [category.pk, *(pk for pk, _ in renamed)]
    tell_catalogue_changed(product_ids=list(Product.objects.filter(category__in=branch).values_list("pk", flat=True)))
