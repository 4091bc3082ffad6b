"""Files that browsers and crawlers look for: sitemap, robots.txt, manifest, OpenSearch."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson

from bot.web.addresses import board_path, page_path
from bot.web.page_context import Edition, PageContext
from bot.web.rendering import assets

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_LONGEST_NAME = 16
"""Characters of an OpenSearch ShortName."""


def sitemap(edition: Edition, paths: Iterable[str]) -> bytes:
    """Every page's public address (sitemaps.org)."""
    found = Element("urlset", {"xmlns": _SITEMAPS})
    for path in paths:
        SubElement(SubElement(found, "url"), "loc").text = edition.addresses.absolute(path)
    return _xml(found)


def robots(edition: Edition) -> bytes:
    """Everything may be read (RFC 9309)."""
    lines = ["User-agent: *", "Allow: /"]
    if edition.addresses.is_public:
        lines += ["", f"Sitemap: {edition.addresses.absolute('/sitemap.xml')}"]
    return ("\n".join(lines) + "\n").encode()


def manifest(here: PageContext) -> bytes:
    """What a browser needs to keep the site as an application (W3C, Web Application Manifest)."""
    agreement = here.board.agreement
    icons = [("icon.svg", "any"), ("icon-180.png", "180x180"), ("icon-512.png", "512x512")]
    found = {
        "name": here.pick(agreement.title).text,
        "short_name": here.pick(agreement.short_title).text,
        "lang": here.code,
        "dir": here.language.locale.text_direction,
        "start_url": here.link(board_path(here.code)),
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [
            {
                "src": here.link(assets()[name].path),
                "sizes": size,
                "type": assets()[name].media_type,
            }
            for name, size in icons
        ],
    }
    return orjson.dumps(found)


def opensearch(here: PageContext) -> bytes:
    """How a browser asks this site (OpenSearch 1.1)."""
    brand = here.pick(here.board.agreement.short_title).text
    found = Element("OpenSearchDescription", {"xmlns": _OPENSEARCH})
    SubElement(found, "ShortName").text = brand[:_LONGEST_NAME].strip()
    SubElement(found, "LongName").text = brand[:48]
    SubElement(found, "Description").text = here.language.gettext(
        "Ask in your own words, in any of the site’s languages."
    )
    SubElement(found, "Language").text = here.code
    SubElement(found, "InputEncoding").text = "UTF-8"
    icon = here.absolute(assets()["icon.svg"].path)
    SubElement(found, "Image", {"type": "image/svg+xml"}).text = icon
    page = here.absolute(page_path(here.code, "search"))
    SubElement(found, "Url", {"type": "text/html", "template": f"{page}?q={{searchTerms}}"})
    return _xml(found)


def favicon() -> bytes:
    """The icon in the format of old browsers, which holds a PNG."""
    picture = assets()["icon-180.png"].body
    entry = struct.pack("<BBBBHHII", 180, 180, 0, 0, 1, 32, len(picture), 22)
    return struct.pack("<HHH", 0, 1, 1) + entry + picture


def _xml(found: Element) -> bytes:
    body: bytes = tostring(found, encoding="utf-8", xml_declaration=True)
    return body
