"""The pictures of a catalog mail: in the mail itself where they are files of our own, else linked.

Mailers show what comes with a mail at once and ask before they fetch anything. No mailer shows
SVG, so a raster picture of the same name is taken where there is one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from bot.delivery.compose import Attachment
from bot.web.pages import PICTURES
from storage.file_types import type_of

#: What mailers show in a mail, by content and by the end of the name.
SHOWN = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}
_ENDINGS = (".png", ".jpg", ".jpeg", ".gif")
#: Bytes of one picture and of all in one mail; what is more is linked.
MOST_BYTES, MOST_TOGETHER = 200_000, 1_000_000
_OURS = "/pictures/"


@dataclass(slots=True)
class Pictures:
    """What stands for the pictures in the HTML: addresses, or content-ids of those that come
    along."""

    base_url: str
    attached: dict[str, Attachment] = field(default_factory=dict)
    _room: int = MOST_TOGETHER

    def named(self) -> list[Mapping[str, str]]:
        """The pictures that come along, as a payload names them."""
        return [
            {
                "cid": cid,
                "name": picture.filename,
                "content_type": picture.content_type,
                "sha256": hashlib.sha256(picture.content).hexdigest(),
            }
            for cid, picture in self.attached.items()
        ]

    def source(self, url: str, *, attach: bool) -> str:
        """The `src` for a product's picture; blocks while it reads a file of ours.

        Args:
            attach: whether a picture may come along.
        """
        if not url.startswith("/"):
            return url
        picture = _own_picture(url) if attach else None
        if picture is None:
            return f"{self.base_url}{url}"
        cid = f"{hashlib.sha256(picture.content).hexdigest()[:24]}@catalog"
        if cid not in self.attached:
            if len(picture.content) > self._room:
                return f"{self.base_url}{url}"
            self._room -= len(picture.content)
            self.attached[cid] = Attachment(
                picture.filename, picture.content_type, picture.content, cid
            )
        return f"cid:{cid}"


def _own_picture(url: str) -> Attachment | None:
    """The raster picture behind an address of ours; None where there is none that mailers show."""
    if not url.startswith(_OURS):
        return None
    name = unquote(url.removeprefix(_OURS).partition("?")[0])
    for file in _candidates(PICTURES / name):
        # A name such as ../../secret leads out of the folder.
        if not file.resolve().is_relative_to(PICTURES.resolve()) or not file.is_file():
            continue
        content = file.read_bytes()
        content_type = type_of(content, file.name)
        if content_type in SHOWN and len(content) <= MOST_BYTES:
            return Attachment(file.name, content_type, content)
    return None


def _candidates(file: Path) -> Iterable[Path]:
    if file.suffix.lower() in _ENDINGS:
        return [file]
    return [file.with_suffix(ending) for ending in _ENDINGS]
