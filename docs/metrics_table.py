"""Writes the table of figures into docs/operating.md: python docs/metrics_table.py."""

from __future__ import annotations

from pathlib import Path

from bot.clock import system_clock
from bot.ops.metrics import Metrics

PAGE = Path(__file__).with_name("operating.md")
_BEGIN, _END = "<!-- metrics -->\n", "<!-- /metrics -->\n"


def table() -> str:
    """Every figure of the bot's own, its labels, and what it says."""
    lines = []
    for figure in Metrics(system_clock).figures():
        labels = f" ({', '.join(figure.labels)})" if figure.labels else ""
        lines.append(f"| `{figure.name}`{labels} | {figure.text} |")
    return "\n".join(lines) + "\n"


def page_with(text: str) -> str:
    """The page with the table in its place."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    head = "| figure | what it says |\n| --- | --- |\n"
    before = before.removesuffix(head)
    return f"{before}{_BEGIN}{head}{text}{_END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page_with(table()), encoding="utf-8")
