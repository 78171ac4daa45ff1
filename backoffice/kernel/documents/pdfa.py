"""What makes a PDF fit for an archive: metadata, colour profile, no loose ends (ISO 19005-3, level B).

A document made here passes as PDF/A-3b before anything is attached to it, so
an invoice's XML can be added later without touching the pages.
"""

from __future__ import annotations

import functools
import hashlib
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase import pdfdoc

from backoffice.kernel.documents.errors import DocumentError

PRODUCER = "ReportLab"
_ICC_DATE = slice(24, 36)  # dateTimeNumber of the profile header (ICC.1, 7.2.8)
_ICC_FIXED_DATE = bytes.fromhex("07d0 0001 0001 0000 0000 0000")
_CONTROL = dict.fromkeys((*range(0x20), 0x7F), " ")


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What a PDF says about itself.

    Args:
        title: shown in the title bar of a reader.
        author: who issues the document.
        language: BCP 47 tag of the text, e.g. ``"de"``.
        created: the document's own instant (an invoice's moment of issue), with
            its time zone; never the clock, or the same input would give other bytes.
        subject: one line on what the document is.
        creator: the program that asked for it.
    """

    title: str
    author: str
    language: str
    created: datetime
    subject: str = ""
    creator: str = "Back office"

    def __post_init__(self) -> None:
        """Refuse an instant without a time zone.

        Raises:
            DocumentError: ``created`` is naive.
        """
        if self.created.tzinfo is None:
            raise DocumentError("a document's instant of creation needs a time zone")

    @property
    def created_utc(self) -> datetime:
        """The instant in UTC, to the second."""
        return self.created.astimezone(UTC).replace(microsecond=0)


@functools.cache
def srgb_profile() -> bytes:
    """Return the ICC profile of sRGB; its date is fixed, since lcms writes the present one."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_ICC_DATE] = _ICC_FIXED_DATE
    return bytes(profile)


@functools.cache
def _packed_profile() -> bytes:
    return zlib.compress(srgb_profile())


def declare(document: Any, info: DocumentInfo, content: hashlib._Hash) -> None:
    """Give a reportlab document its metadata, output intent and identity.

    Args:
        document: the ``PDFDocument`` behind a canvas, before it is saved.
        info: what it says about itself.
        content: digest of all pages; it becomes the file's identifier.
    """
    said = document.info
    said.title, said.author, said.subject = (
        value.translate(_CONTROL) for value in (info.title, info.author, info.subject)
    )
    said.creator, said.producer, said.keywords = info.creator, PRODUCER, ""
    stamp = TimeStamp(1)
    stamp.YMDhms = info.created_utc.timetuple()[:6]
    stamp.dhh = stamp.dmm = 0
    document._timeStamp = stamp
    content.update(repr((info.title, info.author, info.created_utc)).encode())
    document.signature = hashlib.md5(content.digest(), usedforsecurity=False)
    catalogue = document.Catalog
    # reportlab writes only the entries that it knows by name.
    catalogue.__NoDefault__ = [*catalogue.__NoDefault__, "OutputIntents"]
    catalogue.OutputIntents = pdfdoc.PDFArray([_output_intent(document)])
    catalogue.Metadata = pdfdoc.PDFStream(
        dictionary=pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("Metadata"), "Subtype": pdfdoc.PDFName("XML")}),
        content=xmp(info).encode(),
    )
    catalogue.ViewerPreferences = pdfdoc.PDFDictionary({"DisplayDocTitle": "true"})


def _output_intent(document: Any) -> pdfdoc.PDFDictionary:
    profile = pdfdoc.PDFStream(
        dictionary=pdfdoc.PDFDictionary({"N": 3, "Filter": pdfdoc.PDFName("FlateDecode")}),
        content=_packed_profile(),
    )
    return pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("OutputIntent"),
            "S": pdfdoc.PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": pdfdoc.PDFString("sRGB IEC61966-2.1"),
            "Info": pdfdoc.PDFString("sRGB IEC61966-2.1"),
            "DestOutputProfile": document.Reference(profile, "sRGB"),
        }
    )


def xmp(info: DocumentInfo) -> str:
    """Write the XMP packet; it says the same as the document information dictionary."""
    instant = info.created_utc.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    title, author, subject, creator = (
        escape(value.translate(_CONTROL)) for value in (info.title, info.author, info.subject, info.creator)
    )
    language = escape(info.language, {'"': "&quot;"})
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{PRODUCER}</pdf:Producer>
<pdf:Keywords></pdf:Keywords>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{instant}</xmp:CreateDate>
<xmp:ModifyDate>{instant}</xmp:ModifyDate>
<xmp:MetadataDate>{instant}</xmp:MetadataDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
