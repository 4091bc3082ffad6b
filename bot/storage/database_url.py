"""Checks a PostgreSQL address before libpq sees it, which would repeat parts of it in its errors.

A password with an unescaped ``@`` or ``/`` makes libpq take half of the password for the host.
"""

from __future__ import annotations

import re

_URL = re.compile(
    r"postgres(?:ql)?://"
    r"(?:[^@:/\s]*(?::[^@/\s]*)?@)?"  # user and password
    r"(?P<hosts>[^@/?#\s]*)"
    r"(?:/[^@/?#\s]*)?"  # the database
    r"(?:\?\S*)?"
)
_HOST = re.compile(r"(?:\[[^\]]*\]|[^:]*)(?::\d*)?")
_NOT_ESCAPED = re.compile(r"%(?![0-9A-Fa-f]{2})")

IS_WRONG = (
    "an address has the form postgresql://user:password@host:5432/name. In the user name and the"
    " password write @ as %40, / as %2F and % as %25"
)


def is_right(url: str) -> bool:
    """Whether each part of a PostgreSQL address is where libpq looks for it."""
    found = _URL.fullmatch(url)
    return (
        found is not None
        and not _NOT_ESCAPED.search(url)
        and all(_HOST.fullmatch(host) for host in found["hosts"].split(","))
    )
