from __future__ import annotations

import importlib.util
import json
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.i18n.catalogs import CatalogDamaged, CatalogMissing, load_languages

ROOT = Path(__file__).parents[2]
TWO = "nplurals=2; plural=(n != 1);"
SLAVIC = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4"
    " && (n%100<10 || n%100>=20) ? 1 : 2);"
)


def write_catalog(folder: Path, code: str, plural_forms: str, *translations: str) -> Path:
    lines = [
        'msgid ""\nmsgstr ""',
        '"Content-Type: text/plain; charset=UTF-8\\n"',
        f'"Plural-Forms: {plural_forms}\\n"\n',
    ]
    if translations:
        lines.append('msgid "{n} lamp"\nmsgid_plural "{n} lamps"')
        lines += [f'msgstr[{at}] "{translation}"' for at, translation in enumerate(translations)]
    target = folder / code / "LC_MESSAGES" / "bot.mo"
    target.parent.mkdir(parents=True)
    source = BytesIO("\n".join(lines).encode())
    with target.open("wb") as file:
        write_mo(file, read_po(source, locale=code.replace("-", "_"), abort_invalid=True))
    return target


def test_each_folder_is_a_language_that_counts_by_cldr(tmp_path: Path) -> None:
    write_catalog(tmp_path, "en", TWO)
    write_catalog(tmp_path, "az", TWO, "tək {n}", "çox {n}")
    write_catalog(tmp_path, "tr", TWO, "tek {n}", "çok {n}")
    write_catalog(tmp_path, "ru", SLAVIC, "{n} лампа", "{n} лампы", "{n} ламп")
    languages = load_languages(tmp_path)
    assert list(languages) == ["az", "en", "ru", "tr"]

    def lamps(code: str) -> list[str]:
        numbers = (0, 1, 2, 5, 11, 21, 22, 25)
        return [languages[code].ngettext("{n} lamp", "{n} lamps", n) for n in numbers]

    assert lamps("en") == [
        "0 lamps",
        "1 lamp",
        "2 lamps",
        "5 lamps",
        "11 lamps",
        "21 lamps",
        "22 lamps",
        "25 lamps",
    ]
    assert [lamp.split()[0] for lamp in lamps("tr")] == ["çok", "tek"] + ["çok"] * 6
    assert [lamp.split()[0] for lamp in lamps("az")] == ["çox", "tək"] + ["çox"] * 6
    assert [lamp.split()[1] for lamp in lamps("ru")] == (
        ["ламп", "лампа", "лампы", "ламп", "ламп", "лампа", "лампы", "ламп"]
    )


def test_a_catalog_that_was_not_compiled_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogMissing, match="no language"):
        load_languages(tmp_path)
    write_catalog(tmp_path, "tr", TWO).unlink()
    with pytest.raises(CatalogMissing, match=r"tr/LC_MESSAGES/bot\.mo is missing"):
        load_languages(tmp_path)


def test_a_damaged_catalog_is_named(tmp_path: Path) -> None:
    target = write_catalog(tmp_path, "tr", TWO)
    target.write_bytes(b"no catalog")
    with pytest.raises(CatalogDamaged, match=r"bot\.mo cannot be read"):
        load_languages(tmp_path)
    target.write_bytes(b"")
    with pytest.raises(CatalogDamaged, match=r"bot\.mo cannot be read"):
        load_languages(tmp_path)


@pytest.mark.parametrize(
    ("code", "forms"), [("tr", "nplurals=1; plural=0;"), ("ru", TWO), ("az", SLAVIC)]
)
def test_a_header_that_counts_otherwise_is_refused(tmp_path: Path, code: str, forms: str) -> None:
    write_catalog(tmp_path, code, forms)
    with pytest.raises(CatalogDamaged, match="Plural-Forms"):
        load_languages(tmp_path)


def test_a_folder_of_no_known_language_is_refused(tmp_path: Path) -> None:
    write_catalog(tmp_path, "en", TWO).parent.parent.rename(tmp_path / "xqz")
    with pytest.raises(CatalogDamaged, match="xqz is no language"):
        load_languages(tmp_path)


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogs_tool", ROOT / "locales/catalogs.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_a_word_that_the_termbase_replaces_is_named(tmp_path: Path, monkeypatch: Any) -> None:
    catalogs = tool()
    assert catalogs.misused_terms() == []
    for code in ("en", "az", "tr", "ru"):
        (tmp_path / code).symlink_to(ROOT / "locales" / code)
    term = {"meaning": "provision", "term": "item", "forbidden": ["bənd\\w*"]}
    (tmp_path / "termbase.json").write_text(json.dumps({"az": [term]}))
    monkeypatch.setattr(catalogs, "LOCALES", tmp_path)
    assert any("write 'item'" in line for line in catalogs.misused_terms())
