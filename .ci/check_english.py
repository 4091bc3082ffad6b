"""Finds phrases that this project does not write: python .ci/check_english.py.

It reads the docstrings and comments of the code, and the documents. Messages for people are in the
catalogs, which translators look after.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

BANNED = {
    r"\banew\b": "again",
    r"\bbeside\b": "next to, in addition to, off (the event loop)",
    r"\bfor ever\b": "forever; or say when it ends",
    r"\b(?:is|are) no more\b": "no longer exists",
    r"\b(?:is|are) no such\b(?<!there is no such)(?<!there are no such)": "is not such a",
    r"\bis no (?:JSON|text|tag|error|date|word|scope|news|backup|command)\b": "is not a",
}
"""What is not written, and what is written in its place."""


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a document, or of a program's docstrings and comments, with their numbers."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), 1)
        return
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield from enumerate(text.splitlines(), node.lineno)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def faults() -> Iterator[str]:
    """Each banned phrase with its place."""
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    for path in sorted(files):
        if path.name == "changelog.md":  # history stays as it was written
            continue
        for number, line in prose(path):
            spoken = re.sub(r"`[^`]*`", "", line)
            for phrase, better in BANNED.items():
                if found := re.search(phrase, spoken, re.IGNORECASE):
                    yield f"{path.relative_to(ROOT)}:{number}: {found[0]!r}; write {better!r}"


if __name__ == "__main__":
    found = list(faults())
    print("\n".join(found))
    sys.exit(bool(found))
