"""Compiles locales/*/LC_MESSAGES/*.po when the project is installed or its wheel is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogBuildHook(BuildHookInterface):
    """Puts a compiled catalog beside each .po, and the catalogs into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile, then name each compiled file for the wheel.

        Raises:
            ValueError: a .po file is damaged.
        """
        root = Path(self.root)
        for source in sorted((root / "locales").glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            with source.open("rb") as readable:
                catalog = read_po(readable, locale=source.parts[-3], abort_invalid=True)
            with target.open("wb") as writable:
                write_mo(writable, catalog)
            inside = f"bot/_data/{target.relative_to(root).as_posix()}"
            build_data["force_include"][str(target)] = inside
            if source.parts[-3] == "en":  # what `briefing-bot translate` starts from
                build_data["force_include"][str(source)] = inside.removesuffix("mo") + "po"
