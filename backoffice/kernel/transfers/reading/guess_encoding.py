"""Decide the character encoding of a text file, the same way every time.

Order of evidence: a byte order mark; zero bytes at every other place (UTF-16); the whole
file being valid UTF-8, which other text is not by chance; then the single-byte
encodings of Western and Central Europe, weighed by how the letters beyond ASCII
sit in their words; and only then charset-normalizer's statistics of languages.
"""

from __future__ import annotations

import re
from typing import IO, NamedTuple

from charset_normalizer import from_bytes

from .encodings import LABELS, canonical_encoding, mark_of
from .scan import high_bytes, scan_text

SAMPLE = 64 * 1024
# First named wins a tie.
EUROPEAN = ("cp1252", "mac-roman", "iso8859-15", "cp1250", "cp850", "iso8859-2", "cp852")
OTHERS = (
    "cp1251", "koi8-r", "cp866", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874",
    "cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1250", "cp1252",
)  # fmt: skip
CONVINCING = 0.5
CLEAR_LEAD = 0.25

COMMON = frozenset("éèàäöüçñáíóúßåøâêîôûãõëïæœ")
LESS_COMMON = frozenset("ìòùÿąćęłńśźżčďěňřšťůžőűșțăđğışý")
COMMON_CAPITALS = frozenset("ÉÈÀÄÖÜÇÑÁÍÓÚÅØÂÊÎÔÛÆŒŠŽŁŚŻČŘÝ")
OPENING = frozenset("“‘„‚«¿¡‹")  # meant as they are
CLOSING = frozenset("”’»›…")  # likewise
JOINED = frozenset("€£®™©°§²³½¼¾ªº·")
DASHES = frozenset("–—•\xa0×")  # likewise
# Valid letters of UTF-8 for each invalid byte, in text that was meant to be it.
FAR_MORE = 3
# Bytes of one letter in UTF-8, at most.
LONGEST_LETTER = 4
# In European text letters with accents stand alone or in pairs; three in a row are another alphabet.
MOST_TOGETHER = 2
CROWD = 0.9
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


class EncodingGuess(NamedTuple):
    """Name the encoding of a file, whether it begins with a mark, and why."""

    encoding: str
    reason: str
    bom: bool = False
    sure: bool = True


def guess_encoding(file: IO[bytes]) -> EncodingGuess:
    """Decide the encoding of an open binary file by looking at all of it.

    Raises:
        ReadError: `line_too_long`, if it is no text at all.
    """
    file.seek(0)
    head = file.read(SAMPLE)
    mark, encoding = mark_of(head)
    if mark:
        whole = scan_text(file, encoding=encoding, start=len(mark)).bad_offset is None
        reason = "The file begins with a byte order mark that says so"
        return EncodingGuess(
            encoding, f"{reason}." if whole else f"{reason}, but not all of it fits.", bom=True, sure=whole
        )
    wide = _wide(head)
    if wide and scan_text(file, encoding=wide).bad_offset is None:
        return EncodingGuess(wide, "Every other byte is zero, as in UTF-16 text.")
    scan = scan_text(file, encoding="utf-8")
    if scan.bad_offset is None:
        reason = (
            "Only plain letters occur, which nearly every encoding writes alike."
            if scan.is_ascii
            else "The whole file is valid UTF-8."
        )
        return EncodingGuess("utf-8", reason)
    if _mostly_utf8(file, head, scan.bad_offset):
        reason = "Nearly all letters beyond plain ones are valid UTF-8; the file is damaged, cut off or joined from two"
        return EncodingGuess("utf-8", f"{reason}.", sure=False)
    return _single_byte(file, head, scan.bad_offset)


def _mostly_utf8(file: IO[bytes], head: bytes, bad_offset: int) -> bool:
    """Say whether text that is no valid UTF-8 was meant to be: in other encodings its pairs of bytes are rare."""
    file.seek(bad_offset)
    is_cut_off = len(file.read(LONGEST_LETTER)) < LONGEST_LETTER
    file.seek(max(0, bad_offset - SAMPLE // 2))
    text = (head + b"\n" + file.read(SAMPLE) if bad_offset >= len(head) else head).decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(map(len, _BEYOND_ASCII.findall(text))) - wrong
    return right >= (1 if is_cut_off and wrong == 1 else FAR_MORE * wrong)


def _wide(head: bytes) -> str:
    """Return the UTF-16 order that zero bytes at even or odd places point to, or nothing."""
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if half and odd > half // 2 and even < odd // 8 + 1:
        return "utf-16-le"
    if half and even > half // 2 and odd < even // 8 + 1:
        return "utf-16-be"
    return ""


def _single_byte(file: IO[bytes], head: bytes, bad_offset: int) -> EncodingGuess:
    """Choose among encodings of one byte per character, or of East Asia."""
    present = bytes(sorted(high_bytes(file)))
    file.seek(max(0, bad_offset - SAMPLE // 2))
    sample = head + b"\n" + file.read(SAMPLE) if bad_offset >= len(head) else head
    possible = [name for name in EUROPEAN if _decodes(present, name)]
    ranked = sorted(((_plausibility(sample.decode(name, "replace")), name) for name in possible), key=lambda x: -x[0])
    if ranked and ranked[0][0] >= CONVINCING:
        best, name = ranked[0]
        rivals = [score for score, other in ranked[1:] if sample.decode(other, "replace") != sample.decode(name)]
        sure = not rivals or best - rivals[0] >= CLEAR_LEAD
        return EncodingGuess(name, _reason(name, present), sure=sure)
    return _by_statistics(file, sample, possible)


def _by_statistics(file: IO[bytes], sample: bytes, possible: list[str]) -> EncodingGuess:
    names = [name.replace("-", "_") for name in OTHERS]
    match = from_bytes(sample[:SAMPLE], cp_isolation=names).best()
    if match is not None:
        name = canonical_encoding(match.encoding)
        if scan_text(file, encoding=name).bad_offset is None:
            return EncodingGuess(name, f"The letters look like {LABELS[name]}.", sure=False)
    name = possible[0] if possible else "iso8859-1"
    return EncodingGuess(name, "No encoding fits well; check the letters with accents.", sure=False)


def _reason(name: str, present: bytes) -> str:
    reason = f"The letters with accents make words in {LABELS[name]}."
    if name == "cp1252" and all(byte >= 0xA0 for byte in present):  # Latin-1 has no letters below
        return f"{reason} Latin-1 reads this file the same."
    return reason


def _decodes(present: bytes, name: str) -> bool:
    try:
        present.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _plausibility(text: str) -> float:
    """Return the mean fitness, about -1 to 1, of the characters beyond ASCII in their places."""
    padded = f" {text} "
    scores = [
        _fitness(char, padded[place - 1], padded[place + 1]) - (CROWD if run.end() - run.start() > MOST_TOGETHER else 0)
        for run in _BEYOND_ASCII.finditer(padded)
        for place, char in enumerate(run[0], start=run.start())
    ]
    return sum(scores) / len(scores) if scores else 0.0


def _fitness(char: str, before: str, after: str) -> float:
    """Weigh one character between its neighbours."""
    if char.isalpha() and char not in "ªº":
        return _letter_fitness(char, before, after)
    if char in OPENING:
        return 1.0 if not before.isalnum() and not after.isspace() else -0.5
    if char in CLOSING:
        return 1.0 if not before.isspace() else -0.5
    if char in JOINED:
        touching = before.isdigit() or after.isdigit() or (char in "®™©ªº" and before.isalnum())
        return 1.0 if touching else (0.3 if before.isspace() or after.isspace() else -0.5)
    if char in DASHES:
        return 1.0 if not (before.isalpha() and after.isalpha()) or char == "—" else -0.3
    return -1.0


def _letter_fitness(char: str, before: str, after: str) -> float:
    if char in COMMON or char in LESS_COMMON:
        fitness = 1.0 if char in COMMON else 0.8
        return -0.5 if before.isupper() and after.isupper() else fitness
    if char in COMMON_CAPITALS:
        begins, shouts = not before.isalpha(), before.isupper() and not after.islower()
        return 0.9 if begins or shouts else -1.0
    return -0.6
