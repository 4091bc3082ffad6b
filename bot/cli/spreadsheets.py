"""import, export: a content file as a spreadsheet, and back."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Any
from zipfile import BadZipFile

import typer

from bot.agreement.content import SCHEMA_FIELD, YAML_ENDINGS, read_file, read_text
from bot.agreement.faults import ContentFaults
from bot.cli.common import counted, end, write_file
from bot.i18n.catalogs import load_languages
from bot.paths import locales_folder
from bot.views.commands import RESERVED
from bot.views.content_errors import fault_hint, fault_sentence

_XLSX = ".xlsx"
_FORMULA = ("=", "+", "-", "@", "\t", "'")
"""What a spreadsheet would take for a formula; in CSV a quote stands before it."""


def export_content(
    file: Annotated[Path, typer.Argument(help="The content file.")],
    target: Annotated[Path, typer.Argument(help="A file .xlsx, or a folder for files .csv.")],
) -> None:
    """Write a content file as a spreadsheet: a row a provision, and a sheet for events."""
    from bot.agreement.tables import to_tables  # noqa: PLC0415 - few use spreadsheets

    document = read_file(file, reserved=RESERVED).document
    if not isinstance(document, dict):
        end(f"{file}: this is not a content file.")
    tables = to_tables(document)
    if target.suffix == _XLSX:
        _write_xlsx(target, tables)
    else:
        target.mkdir(parents=True, exist_ok=True)
        for name, rows in tables.items():
            _write_csv(target / f"{name}.csv", rows)
    typer.echo(f"{target}: {counted(len(tables), 'table')}. Back:  briefing-bot import {target}")


def import_content(
    source: Annotated[Path, typer.Argument(help="The spreadsheet, or the folder of files .csv.")],
    target: Annotated[Path, typer.Argument(help="The content file to write, .yaml or .json.")],
) -> None:
    """Make a content file of a spreadsheet. Where something is wrong, nothing is written."""
    from bot.agreement.tables import (  # noqa: PLC0415
        TableFault,
        from_tables,
        place_in_tables,
    )

    tables = _read_xlsx(source) if source.suffix == _XLSX else _read_csv(source)
    try:
        document = from_tables(tables)
    except TableFault as error:
        end(f"{source}: {error}")
    try:
        read_text(json.dumps(document), RESERVED)
    except ContentFaults as refused:
        language = load_languages(locales_folder())["en"]
        for fault in refused.faults:
            place = place_in_tables(document, fault.pointer)
            said = f"{fault_sentence(language, fault)} {fault_hint(language, fault)}"
            typer.echo(f"{source}: {place}: {said}", err=True)
        end(f"{source}: {counted(len(refused.faults), 'fault')}; {target} was not written")
    write_file(target, content_text(document, target))
    typer.echo(f"{target}: {counted(len(document['provisions']), 'provision')}")


def content_text(document: dict[str, Any], path: Path) -> str:
    """A content file's text, in the form that its name asks for."""
    if path.suffix in YAML_ENDINGS:
        from bot.agreement.yaml_text import write_yaml  # noqa: PLC0415

        return write_yaml({name: document[name] for name in document if name != SCHEMA_FIELD})
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _write_csv(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows
        )


def _read_csv(folder: Path) -> dict[str, list[list[str]]]:
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            try:
                rows = list(csv.reader(file))
            except (csv.Error, UnicodeDecodeError) as error:
                end(f"{path}: this is not CSV in UTF-8 ({error})")
        tables[path.stem] = [
            [
                cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
                for cell in row
            ]
            for row in rows
        ]
    return tables or end(f"{folder}: there are no files .csv")


def _write_xlsx(path: Path, tables: dict[str, list[list[str]]]) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - few use spreadsheets
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, text in enumerate(row, 1):
                if not text:
                    continue
                cell = sheet.cell(number, column, text)
                cell.data_type, cell.number_format = "s", "@"  # neither a formula nor a date
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.font = Font(bold=number == 1)
        sheet.freeze_panes = "B2"
    book.save(path)


def _read_xlsx(path: Path) -> dict[str, list[list[str]]]:
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        end(f"{path}: this is not a spreadsheet ({error})")
    return {
        sheet.title: [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    }


def _text(value: object) -> str:
    """A cell as text: a spreadsheet makes dates and numbers of what looks like one."""
    match value:
        case None:
            return ""
        case dt.datetime():
            return value.date().isoformat()
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
    return str(value)
