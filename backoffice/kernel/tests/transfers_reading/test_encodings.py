"""Which encoding a file is in, and what happens where a byte does not belong to it."""

from __future__ import annotations

import io
from collections import deque

import pytest

from backoffice.kernel.transfers.reading import Dialect, ReadError, open_rows, sniff
from backoffice.kernel.transfers.reading.encodings import canonical_encoding
from backoffice.kernel.transfers.reading.guess_encoding import guess_encoding

FRENCH = "Crème brûlée à l’ancienne, garçon! Été, Noël, où, naïf, cœur, 25 €\n"
GERMAN = "Größe, Straße, Müller, Öl, Übergröße, Tür, Bär, 20 °C, „so“ – 5 €\n"
SPANISH = "¿Niño o niña? Jalapeño, corazón, pingüino, ¡olé!, 3ª edición\n"
POLISH = "Łódź, żółw, gęś, jaźń, ćma, świeca, Kraków, źródło, mąka\n"
CZECH = "Příliš žluťoučký kůň, Dvořák, čaj, řeka, šílený, děti\n"
RUSSIAN = "Чайник синий, кружка большая, цена и наличие товара на складе\n"
GREEK = "Τσαγιέρα μπλε, μεγάλη κούπα, τιμή και απόθεμα στην αποθήκη\n"
JAPANESE = "青いティーポット,大きなカップ,価格と在庫,日本語の説明文です\n"
ARABIC = "إبريق شاي أزرق، كوب كبير، السعر والمخزون في المستودع\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"), (FRENCH, "mac-roman"), (FRENCH, "utf-8"), (FRENCH, "utf-16-le"),
        (GERMAN, "cp1252"), (GERMAN, "mac-roman"),
        (GERMAN.replace("„so“ – 5 €", ""), "cp850"),
        (SPANISH, "cp1252"), (SPANISH, "mac-roman"),
        (POLISH, "cp1250"), (CZECH, "cp1250"), (CZECH, "cp852"),
        (RUSSIAN * 5, "cp1251"), (RUSSIAN * 5, "koi8-r"), (RUSSIAN * 5, "utf-8"),
        (GREEK * 5, "cp1253"), (JAPANESE * 5, "cp932"), (JAPANESE * 5, "utf-8"),
    ],
)  # fmt: skip
def test_the_encoding_of_real_words_is_found(text, encoding):
    guess = guess_encoding(io.BytesIO(text.encode(encoding)))
    assert (guess.encoding, text.encode(encoding).decode(guess.encoding)) == (encoding, text)


def test_latin_1_is_read_as_its_superset_and_says_so():
    guess = guess_encoding(io.BytesIO("Müller, Café".encode("latin-1")))
    assert guess.encoding == "cp1252"
    assert guess.reason.endswith("Latin-1 reads this file the same.")


def test_a_letter_far_beyond_the_first_chunk_decides(tmp_path):
    path = tmp_path / "late.csv"
    path.write_bytes(b"sku,name\n" + b"1,plain\n" * 400_000 + "2,Müller\n".encode("cp1252"))
    dialect = sniff(path, path.name)
    assert dialect.encoding == "cp1252"
    last = deque(open_rows(path, dialect), maxlen=1)[0]
    assert (last.number, last.cells) == (400_002, ["2", "Müller"])


def test_a_byte_that_does_not_belong_is_refused_by_its_row():
    data = b'sku,name\n1,"two\nlines"\n2,fine\n3,' + "Müller".encode("cp1252") + b"\n4,never\n"
    rows = open_rows(io.BytesIO(data), Dialect(encoding="utf-8", width=2))
    seen = [next(rows).number, next(rows).number]
    with pytest.raises(ReadError) as refusal:
        next(rows)
    error = refusal.value
    assert (error.code, error.row, error.line, error.column, seen) == ("encoding", 4, 5, 2, [2, 3])
    assert error.hint == "Choose another encoding, for example Windows-1252, or save the file as UTF-8."


def test_a_file_cut_off_within_a_character_is_refused_by_its_row():
    data = "a,b\n1,ü\n2,é".encode()[:-1]
    with pytest.raises(ReadError) as refusal:
        list(open_rows(io.BytesIO(data), Dialect(width=2)))
    assert (refusal.value.code, refusal.value.row) == ("encoding", 3)


def test_a_broken_utf_16_file_is_refused_by_its_row():
    data = "a,b\n1,x\n2,y\n".encode("utf-16-le") + b"\x00\xd8" + b"z\x00"
    with pytest.raises(ReadError) as refusal:
        list(open_rows(io.BytesIO(data), Dialect(encoding="utf-16-le", width=2)))
    assert (refusal.value.code, refusal.value.row) == ("encoding", 4)


def test_a_mark_that_the_file_does_not_keep_is_no_certainty():
    data = b"\xef\xbb\xbfsku,name\n1,M\xfcller\n"
    dialect = sniff(io.BytesIO(data[:30] + b"2,ok\n"), "file.csv", chosen={"encoding": "cp1252"})
    assert (dialect.encoding, dialect.bom) == ("cp1252", False)
    guess = guess_encoding(io.BytesIO(data))
    assert (guess.encoding, guess.bom, guess.sure) == ("utf-8", True, False)


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b"sku,name\n" + "1,Müller Größe\n".encode() * 20 + b"2,caf\xe9\n3,Tee\n", 22),
        ("sku,name\n1,ü\n2,é".encode()[:-1], 3),
    ],
    ids=["a byte of another encoding", "cut off within a letter"],
)
def test_damaged_utf_8_is_not_taken_for_another_encoding(data, row):
    guess = guess_encoding(io.BytesIO(data))
    assert (guess.encoding, guess.sure) == ("utf-8", False)
    with pytest.raises(ReadError) as refusal:
        list(open_rows(io.BytesIO(data), sniff(io.BytesIO(data), "file.csv")))
    assert (refusal.value.code, refusal.value.row) == ("encoding", row)


@pytest.mark.parametrize(
    "data", [b"sku,name\n1,caf\xe9", b"sku,name\n1,M\xfcller\n2,\xc3\xa9tat de \xe9t\xe9 \xe0 No\xebl\n"]
)
def test_a_pair_that_might_be_utf_8_proves_nothing(data):
    assert guess_encoding(io.BytesIO(data)).encoding == "cp1252"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UTF8", "utf-8"),
        ("latin1", "iso8859-1"),
        ("windows-1252", "cp1252"),
        ("macintosh", "mac-roman"),
        ("sjis", None),
    ],
)
def test_common_names_of_encodings_are_understood(name, expected):
    if expected is None:
        with pytest.raises(ReadError):
            canonical_encoding(name)
    else:
        assert canonical_encoding(name) == expected


@pytest.mark.parametrize("name", ["zlib", "rot13", "idna", "unicode_escape", "nothing", "utf-7", ""])
def test_what_is_no_character_set_cannot_be_chosen(name):
    with pytest.raises(ReadError) as refusal:
        Dialect().corrected(encoding=name)
    assert refusal.value.code == "encoding_unknown"
