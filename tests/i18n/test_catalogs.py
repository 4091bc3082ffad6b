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
from typer.testing import CliRunner

from bot.cli import app
from bot.i18n.catalogs import (
    CatalogDamaged,
    CatalogMissing,
    load_languages,
    offered,
    plural_forms,
    without_catalog,
)
from bot.paths import locales_folder

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


@pytest.mark.slow
def test_a_word_that_the_termbase_replaces_is_named(tmp_path: Path, monkeypatch: Any) -> None:
    catalogs = tool()
    assert catalogs.misused_terms() == []
    for code in ("en", "az", "tr", "ru"):
        (tmp_path / code).symlink_to(ROOT / "locales" / code)
    term = {"meaning": "provision", "term": "item", "forbidden": ["bənd\\w*"]}
    (tmp_path / "termbase.json").write_text(json.dumps({"az": [term]}))
    monkeypatch.setattr(catalogs, "LOCALES", tmp_path)
    assert any("write 'item'" in line for line in catalogs.misused_terms())


def test_readers_choose_among_the_languages_that_content_and_catalogs_share(tmp_path: Path) -> None:
    for code in ("en", "tr", "pt-PT"):
        write_catalog(tmp_path, code, plural_forms(code))
    catalogs = load_languages(tmp_path)
    assert list(offered(catalogs, ("tr", "fr", "en"))) == ["en", "tr"]
    assert without_catalog(catalogs, ("tr", "fr", "en")) == ["fr"]
    assert offered(catalogs, ("pt-BR",))["pt-BR"].region == "BR"
    assert list(offered(catalogs, ("fr",))) == ["en"]


def write_po(folder: Path, code: str, forms: str, singular: str, *translations: str) -> Path:
    path = folder / code / "LC_MESSAGES" / "bot.po"
    path.parent.mkdir(parents=True)
    lines = [f'msgstr[{at}] "{text}"' for at, text in enumerate(translations)]
    header = f'msgid ""\nmsgstr ""\n"Plural-Forms: {forms}\\n"\n\n'
    plural = 'msgid "{n} lamp"\nmsgid_plural "{n} lamps"\n' + "\n".join(lines)
    path.write_text(f'{header}msgid "Language"\nmsgstr "{singular}"\n\n{plural}\n', "utf-8")
    return path


def test_catalogs_of_ones_own_need_not_be_compiled_and_lack_what_they_like(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    write_catalog(ours, "en", TWO)
    write_catalog(ours, "tr", TWO, "tek {n}", "çok {n}")
    own = tmp_path / "own"
    write_po(own, "fr", plural_forms("fr"), "Langue", "{n} lampe", "{n} lampes")
    write_po(own, "tr", TWO, "Lisan", "", "")
    languages = load_languages(ours, own)
    assert list(languages) == ["en", "fr", "tr"]
    assert [languages["fr"].ngettext("{n} lamp", "{n} lamps", n) for n in (0, 2)] == [
        "0 lampe",
        "2 lampes",
    ]
    assert languages["fr"].gettext("Settings") == "Settings"
    assert languages["tr"].gettext("Language") == "Lisan"
    assert languages["tr"].ngettext("{n} lamp", "{n} lamps", 1) == "tek 1"


@pytest.mark.parametrize(
    "forms",
    [
        "nplurals=2; plural=(n != 1;",
        "nplurals=2; plural=n/0;",
        "nplurals=x; plural=n",
        "nplurals=2; plural=(n != 1) ? 7 : 0;",
        TWO,
    ],
)
def test_a_wrong_plural_rule_is_a_sentence(tmp_path: Path, forms: str) -> None:
    write_po(tmp_path, "fr", forms, "Langue", "{n} lampe", "{n} lampes")
    with pytest.raises(CatalogDamaged, match=r"fr/LC_MESSAGES/bot\.po"):
        load_languages(tmp_path, tmp_path)


@pytest.mark.parametrize("code", ["en", "az", "tr", "ru", "fr", "ar", "ga", "ja", "pl", "lt", "cy"])
def test_the_plural_rule_of_any_language_is_cldrs(tmp_path: Path, code: str) -> None:
    count = int(plural_forms(code).removeprefix("nplurals=")[0])
    write_po(tmp_path, code, plural_forms(code), "x", *("{n}",) * count)
    assert list(load_languages(tmp_path, tmp_path)) == [code]


def test_a_new_language_is_made_and_its_progress_told_by_part(tmp_path: Path) -> None:
    command = ("translate", "fr", "--to", str(tmp_path))
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0
    assert "readers: 0 of" in first.stdout
    path = tmp_path / "fr" / "LC_MESSAGES" / "bot.po"
    text = path.read_text("utf-8")
    assert text.index("bot/views/home.py") < text.index("bot/views/admin_")
    path.write_text(text.replace('msgid "Language"\nmsgstr ""', 'msgid "Language"\nmsgstr "L"', 1))
    assert "readers: 1 of" in CliRunner().invoke(app, command).stdout
    assert load_languages(locales_folder(), tmp_path)["fr"].gettext("Language") == "L"
    assert CliRunner().invoke(app, ("translate", "xqz", "--to", str(tmp_path))).exit_code == 1


@pytest.mark.slow
def test_a_catalog_is_right_from_the_readers_part_on(tmp_path: Path, monkeypatch: Any) -> None:
    catalogs = tool()
    for code in catalogs.WHOLE:
        (tmp_path / code).symlink_to(ROOT / "locales" / code)
    monkeypatch.setattr(catalogs, "LOCALES", tmp_path)
    catalogs.update(["fr"])
    path = tmp_path / "fr" / "LC_MESSAGES" / "bot.po"
    catalog = catalogs.read(path)
    assert any("fr: not translated" in line for line in catalogs.check())
    for message in catalog:
        if message.id and catalogs.part_of(message) == "readers":
            message.string = message.id
    catalogs.write(catalog, path)
    assert catalogs.check() == []
    assert any("fr: readers" in line and "admins 0/" in line for line in catalogs.progress_lines())
