"""What the font can print, and the refusal of what it cannot."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from backoffice.kernel.documents import fonts
from backoffice.kernel.documents.errors import MissingGlyph
from backoffice.kernel.documents.fonts import covers, face, require_glyphs
from backoffice.kernel.documents.text import Style, TextBlock

from .samples import page_texts, printed


def test_a_missing_glyph_names_the_character_and_the_place():
    with pytest.raises(MissingGlyph) as refusal:
        require_glyphs("Anna 😀 漢😀", where="buyer name")
    assert refusal.value.characters == ("😀", "漢")
    assert refusal.value.where == "buyer name"
    assert str(refusal.value) == (
        "buyer name, 'Anna 😀 漢😀': the font DejaVu Sans has no glyph for "
        "U+1F600 GRINNING FACE, U+6F22 CJK UNIFIED IDEOGRAPH-6F22"
    )


@pytest.mark.parametrize("text", ["bell\x07", "nul\x00", "del\x7f", "\x0c", "漢字", "👍", "𝐀", "\ud800", "\uffff"])
def test_what_the_font_lacks_is_refused(text):
    assert covers(text) is False
    with pytest.raises(MissingGlyph):
        require_glyphs(text)
    with pytest.raises(MissingGlyph):
        TextBlock(text, Style()).height(100)


def test_a_control_character_is_named():
    with pytest.raises(MissingGlyph, match=r"U\+0007 \(control character\)$"):
        require_glyphs("a\x07")


def test_a_long_text_is_quoted_in_part():
    with pytest.raises(MissingGlyph) as refusal:
        require_glyphs("x" * 500 + "漢")
    assert len(str(refusal.value)) < 200


def test_the_place_is_named_by_the_block_that_holds_the_text():
    with pytest.raises(MissingGlyph) as refusal:
        TextBlock("Anna 漢", Style(), where="ship to").height(50)
    assert refusal.value.where == "ship to"
    assert refusal.value.text == "Anna 漢"


@pytest.mark.parametrize("text", ["", "plain", "a\nb\tc", "Ünïcödé", "الله", "שלום", "Київ", "€ £ ₹ ﬁ", "\u200f5"])
def test_what_the_font_has_is_covered(text):
    assert covers(text) is True
    assert covers(text, bold=True) is True
    assert require_glyphs(text) is None


def test_widths_are_those_of_the_font():
    # Advance widths from the font's hmtx table, 2048 units per em.
    assert face().width("A", 2048) == pytest.approx(1401, abs=1.1)
    assert face(bold=True).width("A", 2048) == pytest.approx(1585, abs=1.1)
    assert face().width("AA", 10) == pytest.approx(2 * face().width("A", 10))


def test_the_faces_are_loaded_once_by_many_threads():
    program = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from backoffice.kernel.documents.fonts import face\n"
        "with ThreadPoolExecutor(16) as pool:\n"
        "    print(len({id(f) for f in pool.map(lambda n: face(bold=bool(n % 2)), range(64))}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "2\n"


def test_threads_print_without_disturbing_each_other():
    texts = [f"Thread {number} {chr(0x100 + number)}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: page_texts(printed(text)), texts))
    assert found == [[text] for text in texts]


def test_matplotlib_is_not_imported():
    program = (
        "import sys; from backoffice.kernel.documents.fonts import face; face(); face(bold=True);"
        "print('matplotlib' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False False\n"


def test_missing_font_files_are_named(monkeypatch):
    monkeypatch.setattr(fonts.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(fonts.DocumentError, match="install matplotlib"):
        fonts.font_folder()
