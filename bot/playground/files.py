"""Files that the bot or people sent, kept in memory."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from bot.playground.errors import broken, refused
from bot.playground.model import Json, Upload

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
MAX_DOWNLOAD = 20_000_000
MAX_PHOTO = 10_000_000


@dataclass(frozen=True, slots=True)
class File:
    """A stored file. `path`: below /file/bot<token>/."""

    id: str
    unique_id: str
    path: str
    upload: Upload
    size: tuple[int, int] | None = None

    def api(self) -> Json:
        """The fields that every Bot API file has."""
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.upload.content),
        }


class Files:
    """Files by id and by path; the same content has the same id."""

    def __init__(self) -> None:
        self._by_id: dict[str, File] = {}
        self._by_path: dict[str, File] = {}

    def add(self, upload: Upload, folder: str) -> File:
        """Keep a file; a picture's width and height are read from it."""
        unique = hashlib.sha256(folder.encode() + upload.content).hexdigest()[:15]
        ending = upload.name.rsplit(".", 1)[-1] if "." in upload.name else "bin"
        file = File(
            f"AgAC{unique}{len(upload.name):02d}",
            unique,
            f"{folder}/file_{unique}.{ending}",
            upload,
            picture_size(upload.content),
        )
        self._by_id[file.id] = self._by_path[file.path] = file
        return file

    def get(self, file_id: str) -> File | None:
        """By its file_id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> File | None:
        """By its file_path."""
        return self._by_path.get(path)

    def resolve(self, given: str | Upload, folder: str) -> File:
        """The file of a call: uploaded with it, or known by its id.

        Raises:
            ApiError: empty, unknown, or somewhere on the web (the playground has no network).
        """
        if isinstance(given, Upload):
            if not given.content:
                raise broken("file must be non-empty")
            return self.add(given, folder)
        known = self._by_id.get(given)
        if known is None:
            raise refused("wrong file identifier/HTTP URL specified")
        return known

    def photo(self, given: str | Upload) -> Json:
        """The `photo` field of a message: its one size.

        Raises:
            ApiError: no picture, or over 10 MB (sendPhoto).
        """
        file = self.resolve(given, "photos")
        if file.size is None or len(file.upload.content) > MAX_PHOTO:
            raise broken("IMAGE_PROCESS_FAILED")
        width, height = file.size
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):  # noqa: PLR2004
            raise broken("PHOTO_INVALID_DIMENSIONS")
        return {"photo": [{**file.api(), "width": width, "height": height}]}

    def document(self, given: str | Upload) -> Json:
        """The `document` field of a message.

        Raises:
            ApiError: empty or unknown.
        """
        file = self.resolve(given, "documents")
        return {
            "document": {
                **file.api(),
                "file_name": file.upload.name,
                "mime_type": file.upload.content_type,
            }
        }


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG, None for anything else."""
    if content.startswith(_PNG) and len(content) > 24:  # noqa: PLR2004 (signature and IHDR)
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if not content.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:  # noqa: PLR2004 (a JPEG marker)
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + length
    return None
