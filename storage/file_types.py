"""What a file is, by its bytes; what its name and its sender say is not believed."""

from __future__ import annotations

import re
import unicodedata

# (offset, bytes, type). From the formats' own descriptions; the first that fits is taken.
_SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftyp", "video/mp4"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (8, b"WAVE", "audio/wav"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xca\xfe\xba\xbe", "application/x-executable"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (0, b"#!", "text/x-script"),
)
_OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OLD_OFFICE = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
}
_MARKUP = re.compile(
    # Nothing is tried twice: comments in each other's way would be, two to the power of them.
    rb"(?is)\A\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?>.*?-->)\s*+)*+"
    rb"<(?:!doctype\s+)?(html|svg|script)"
)

#: Shown in a page as pictures. SVG is none of them: it can carry scripts.
INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_ACTIVE_TYPES = frozenset(
    {"application/x-msdownload", "application/x-executable", "application/x-ms-shortcut"}
    | {"text/x-script", "text/html", "image/svg+xml"}
)
_ACTIVE_NAMES = re.compile(
    r"\.(?:exe|com|scr|pif|bat|cmd|vbs?|vbe|jse?|wsf|wsh|hta|msi|msp|ps1|psm1|lnk|jar|cpl|reg|chm"
    r"|iso|img|vhdx?|apk|app|dmg|sh|py|pl|html?|xhtml|svgz?|xml|xsl|url|scf|docm|xlsm|pptm|xll)$",
    re.IGNORECASE,
)
_LONGEST_NAME = 120


def type_of(content: bytes, name: str = "") -> str:
    """The media type of `content`. `name` only tells one office format from another."""
    ending = name.rpartition(".")[2].lower()
    for offset, signature, kind in _SIGNATURES:
        if content.startswith(signature, offset):
            if kind == "application/zip":
                return _OFFICE.get(ending, kind) if b"[Content_Types].xml" in content else kind
            if kind == "application/x-ole-storage":
                return _OLD_OFFICE.get(ending, kind)
            return kind
    markup = _MARKUP.match(content[:4096])
    if markup:
        return "image/svg+xml" if markup.group(1).lower() == b"svg" else "text/html"
    return "text/plain" if _is_text(content) else "application/octet-stream"


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    head = content[:65536]
    for charset in ("utf-8", "cp932", "iso2022_jp"):
        try:
            head[: -4 if len(content) > len(head) else None].decode(charset)
        except UnicodeDecodeError:
            continue
        return True
    return False


def is_active(content_type: str, name: str) -> bool:
    """Whether opening the file may run something; such a file is only ever handed out to save."""
    return content_type in _ACTIVE_TYPES or _ACTIVE_NAMES.search(name.rstrip(". ")) is not None


def clean_name(name: str, fallback: str = "file") -> str:
    """A name for people and for saving: no path, no control or invisible letters, not long."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    # Cc, Cf (zero-width, right-to-left), Cs, Co, Zl and Zp: none of them can be seen.
    name = "".join(
        letter for letter in name if unicodedata.category(letter) not in _INVISIBLE
    ).strip(" .")
    if len(name) > _LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: _LONGEST_NAME - 12]}{dot}{ending[:10]}" if dot else name[:_LONGEST_NAME]
    return name or fallback


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
