"""Writes the table of settings into docs/operating.md: python docs/settings_table.py."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from bot.settings import PREFIX, Settings

PAGE = Path(__file__).with_name("operating.md")
_BEGIN, _END = "<!-- settings -->\n", "<!-- /settings -->\n"


def table() -> str:
    """Every setting with what it does and what holds if it is left out."""
    lines = ["| setting | what it does | if left out |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = (
            "" if field.default in {None, PydanticUndefined, ()} else f"`{_plain(field.default)}`"
        )
        lines.append(f"| `{PREFIX}{name.upper()}` | {field.description} | {default} |")
    return "\n".join(lines) + "\n"


def _plain(default: object) -> str:
    """A default as it is written in the environment."""
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    return str(default).lower() if isinstance(default, bool) else str(default)


def page_with(text: str) -> str:
    """The page with the table in its place."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}{text}{_END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page_with(table()), encoding="utf-8")
