"""From the site's own paths (``/en/provisions/x``) to what stands in a link.

A path ends with "/" only for a language's board. Links are either those of a running site, or
those of files that lie in a folder: relative, so that they work on any host and from a disk.
"""

from __future__ import annotations

import posixpath
from typing import Protocol
from urllib.parse import urlsplit

API = "/api/v1"


class Addresses(Protocol):
    """Turns paths into links."""

    @property
    def is_public(self) -> bool:
        """Whether the public address is known."""

    def link(self, path: str, here: str) -> str:
        """A link from the resource at `here`."""

    def absolute(self, path: str) -> str:
        """The public address, for feeds and for other sites."""


class LiveAddresses:
    """The links of a running site."""

    is_public = True

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._origin, self._prefix = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")

    def link(self, path: str, here: str) -> str:  # noqa: ARG002 - the same from everywhere
        """See `Addresses`."""
        return self._prefix + path

    def absolute(self, path: str) -> str:
        """See `Addresses`."""
        return self._origin + self._prefix + path


class FileAddresses:
    """The links between files in a folder; the public address only where it is known."""

    def __init__(self, base_url: str | None) -> None:
        self._base = base_url.rstrip("/") if base_url else None
        self.is_public = base_url is not None

    def link(self, path: str, here: str) -> str:
        """See `Addresses`."""
        bare, mark, rest = _split(path)
        start = posixpath.dirname(file_of(here)) or "."
        return posixpath.relpath(file_of(bare), start) + mark + rest

    def absolute(self, path: str) -> str:
        """See `Addresses`; without a public address it is taken from the folder's root."""
        bare, mark, rest = _split(path)
        return f"{self._base or ''}/{file_of(bare)}{mark}{rest}"


class HostedAddresses(FileAddresses):
    """The links of a page that a host shows at any depth: from the root of the host."""

    def __init__(self, base_url: str | None) -> None:
        super().__init__(base_url)
        self._root = urlsplit(base_url or "").path.rstrip("/")

    def link(self, path: str, here: str) -> str:  # noqa: ARG002 - the same from everywhere
        """See `Addresses`."""
        bare, mark, rest = _split(path)
        return f"{self._root}/{file_of(bare)}{mark}{rest}"


def file_of(path: str) -> str:
    """The file that a resource is written to, relative to the folder."""
    if path.endswith("/"):
        return path[1:] + "index.html"
    if "." in posixpath.basename(path):
        return path[1:]
    return path[1:] + (".json" if path.startswith(API) else ".html")


def board_path(language: str) -> str:
    """A language's board."""
    return f"/{language}/"


def page_path(language: str, name: str) -> str:
    """A page of a language: latest, about, api."""
    return f"/{language}/{name}"


def topic_path(language: str, topic_id: str) -> str:
    """A topic."""
    return f"/{language}/topics/{topic_id}"


def status_path(language: str, status: str) -> str:
    """The provisions at a status, or the related events."""
    return f"/{language}/status/{status}"


def provision_path(language: str, provision_id: str) -> str:
    """A provision."""
    return f"/{language}/provisions/{provision_id}"


def embed_path(language: str, own: str) -> str:
    """A small page for other sites; `own` is the whole page's path after the language."""
    return f"/embed/{language}/{own}"


def _split(path: str) -> tuple[str, str, str]:
    """The path, then a fragment or a query with its mark."""
    for mark in "?#":
        bare, found, rest = path.partition(mark)
        if found:
            return bare, mark, rest
    return path, "", ""
