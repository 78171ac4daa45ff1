"""Parse XML that strangers made, piece by piece: no document types, no entities, no endless tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from backoffice.kernel.transfers.reading.errors import ReadError

# What one tag or comment may hold; text between tags comes in pieces and has no such limit.
MAX_TAG = 1024 * 1024

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def make_parser(start: Start, end: End | None = None, text: End | None = None) -> expat.XMLParserType:
    """Return an expat parser that refuses document types, hence entities of any kind.

    Source: OPC, ECMA-376 part 2, clause 8.1.4: a part must not hold a document type declaration.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    return parser


def feed(parser: expat.XMLParserType, pieces: Iterable[bytes]) -> Iterator[None]:
    """Parse piece after piece and yield after each, so that the caller can take what was found.

    Raises:
        ReadError: `xlsx_damaged` or `xlsx_unsafe`.
    """
    fed = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)  # noqa: FBT003  # expat takes it by position
            fed += len(piece)
            # expat keeps an unfinished tag in memory, and reads it again with each piece.
            if fed - parser.CurrentByteIndex > MAX_TAG:
                raise unsafe()
            yield
        parser.Parse(b"", True)  # noqa: FBT003  # likewise
    except expat.ExpatError as error:
        raise damaged() from error
    yield


def elements(pieces: Iterable[bytes]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the name and the attributes of each element, without namespace prefixes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((local(name), {local(key): value for key, value in attributes.items()}))

    for _ in feed(make_parser(start), pieces):
        yield from found
        found.clear()


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def damaged(detail: str = "") -> ReadError:
    """Return the refusal of a workbook that does not hold what it should."""
    return ReadError(
        "xlsx_damaged",
        f"The workbook is damaged{f': {detail}' if detail else ''}.",
        hint="Open it in a spreadsheet program and save it again.",
    )


def unsafe() -> ReadError:
    """Return the refusal of a workbook made to do harm."""
    return ReadError(
        "xlsx_unsafe",
        "The workbook holds instructions that no spreadsheet program writes, so it is not read.",
        hint="Open it in a spreadsheet program and save it again, or save the sheet as CSV.",
    )


def _refuse_doctype(*_: object) -> None:
    raise unsafe()
