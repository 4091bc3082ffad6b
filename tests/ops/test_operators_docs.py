"""The operator's pages say what the program does, and nothing that it does not."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import orjson
import pytest
import typer
import yaml

from bot.cli import app
from bot.cli.common import WRONGLY_SET_UP
from bot.clock import system_clock
from bot.ops.metrics import Metrics
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


def module(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = loaded  # dataclasses look themselves up
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize("name", ["settings_table", "metrics_table"])
def test_the_tables_are_those_of_the_code(name):
    table = module(DOCS / f"{name}.py")
    assert table.PAGE.read_text() == table.page_with(table.table()), f"python docs/{name}.py"


def read_by_tests() -> str:
    """All that tests are written in."""
    return "\n".join(file.read_text() for file in (ROOT / "tests").rglob("*.py"))


def test_every_setting_that_is_named_exists():
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    # What only tests read is no setting.
    known |= set(re.findall(r"BRIEFING_[A-Z_]+[A-Z]", read_by_tests()))
    files = [*PAGES, ROOT / "compose.yaml", ROOT / "Dockerfile", DOCS / "briefing-bot.service"]
    for file in files:
        named = set(re.findall(r"BRIEFING_[A-Z_]+[A-Z]", file.read_text()))
        assert named <= known, file.name


def commands() -> dict[str, set[str]]:
    """Each command with its options."""
    found: dict[str, set[str]] = {}

    def collect(group, prefix: str) -> None:
        for name in group.list_commands(None):
            command = group.get_command(None, name)
            options = {opt for parameter in command.params for opt in parameter.opts}
            options |= {opt for parameter in command.params for opt in parameter.secondary_opts}
            found[f"{prefix}{name}"] = options
            if hasattr(command, "list_commands"):
                collect(command, f"{prefix}{name} ")

    collect(typer.main.get_command(app), "")
    return found


def test_every_command_that_is_written_exists():
    known = commands().keys()
    root = typer.main.get_command(app)
    options = {option for parameter in root.params for option in parameter.opts}
    for page in PAGES:
        for words in re.findall(r"briefing-bot ((?:[a-z-]+ ?)+)", page.read_text()):
            name = words.split()[0]
            assert name in known | options, f"{page.name}: briefing-bot {words}"


def test_every_command_is_written_about():
    text = "\n".join(page.read_text() for page in PAGES)
    for name in commands():
        words = name.split()
        if len(words) == 1:
            assert re.search(rf"briefing-bot {name}\b", text), name
        else:
            assert re.search(rf"`(?:{words[0]} )?{words[1]}`|{name}", text), name


def test_the_changelog_lists_releases_up_to_this_version():
    text = (DOCS / "changelog.md").read_text()
    unreleased, *releases = re.findall(r"(?m)^## (.+)$", text)
    assert unreleased == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ – \d{4}-\d\d-\d\d", name) for name in releases)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert releases[0].split()[0] == project["version"]
    for release in text.split("\n## ")[1:]:
        kinds = re.findall(r"(?m)^### (.+)$", release)
        assert kinds
        assert kinds == [kind for kind in ("Added", "Changed", "Fixed") if kind in kinds]
        entries = re.split(r"(?m)^#+ .*\n", release.partition("\n")[2])
        assert all(
            line.startswith(("- ", "  ")) for part in entries for line in part.split("\n") if line
        )


def test_links_lead_somewhere():
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            if "benchmarks/" in link or link.endswith(".png"):  # made by others' hands
                continue
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def shown() -> set[str]:
    """Every series that is exported."""
    names = set()
    for figure in Metrics(system_clock).figures():
        names.add(figure.name)
        if figure.name.endswith("_seconds") and figure.labels:
            names |= {f"{figure.name}_{part}" for part in ("bucket", "count", "sum")}
    return names


def test_the_dashboard_shows_every_figure_and_no_other():
    dashboard = orjson.loads((DOCS / "grafana-dashboard.json").read_bytes())
    queries = "\n".join(
        target["expr"] for panel in dashboard["panels"] for target in panel["targets"]
    )
    named = set(re.findall(r"briefing_\w+", queries))
    assert named <= shown()
    for figure in Metrics(system_clock).figures():
        assert any(name.startswith(figure.name) for name in named), figure.name
    places = [tuple(panel["gridPos"][item] for item in "xywh") for panel in dashboard["panels"]]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(places)


def test_the_alert_rules_name_figures_that_exist():
    rules = yaml.safe_load((DOCS / "alert-rules.yml").read_text())["groups"][0]["rules"]
    names = [rule["alert"] for rule in rules]
    assert len(set(names)) == len(names)
    for rule in rules:
        assert set(re.findall(r"briefing_\w+", rule["expr"])) <= shown(), rule["alert"]
        assert set(rule["annotations"]) == {"summary", "description"}
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_labels_in_queries_exist():
    labels = {figure.name: set(figure.labels) for figure in Metrics(system_clock).figures()}
    text = (DOCS / "grafana-dashboard.json").read_text() + (DOCS / "alert-rules.yml").read_text()
    for name, inside in re.findall(r"(briefing_\w+)\{([^}]*)\}", text):
        used = set(re.findall(r"(\w+)(?:=~|!=|=)", inside))
        assert used <= labels[name], name


async def test_what_is_exported_is_what_is_listed():
    page = (await Metrics(system_clock).page()).decode()
    exported = set(re.findall(r"(?m)^# TYPE (briefing_\w+)", page))
    exported = {name for name in exported if not name.endswith("_created")}
    assert exported == {figure.name for figure in Metrics(system_clock).figures()}


def test_the_dockerfile_is_as_it_should_be():
    check = module(ROOT / ".ci" / "check_dockerfile.py")
    text = (ROOT / "Dockerfile").read_text()
    assert check.check_static(text) == []
    for change in (
        ("USER 10001:10001", "USER root"),
        ("COPY content content", "COPY no-such content"),
        ('ENTRYPOINT ["/opt/bot/bin/briefing-bot"]', "ENTRYPOINT /opt/bot/bin/briefing-bot"),
        ("HEALTHCHECK", "LABEL"),
        ("python -m pip uninstall", "true"),
        ('image.licenses="MIT"', 'image.licenses="none"'),
        ('image.version="', 'image.version="0'),
    ):
        assert change[0] in text
        assert check.check_static(text.replace(*change)), change


def test_the_compose_file_hardens_every_process_of_the_bot():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    bots = [service for service in services.values() if service["image"] == "briefing-bot"]
    assert len(bots) == 3
    for bot in bots:
        assert bot["env_file"] == [{"path": ".env", "required": False}]
        assert bot["environment"]["BRIEFING_DATA"] == "/data/bot"
        assert bot["read_only"] is True
        assert bot["cap_drop"] == ["ALL"]
        assert bot["security_opt"] == ["no-new-privileges:true"]
        assert bot["stop_grace_period"] == "30s"
        assert all(port.startswith("127.0.0.1:") for port in bot["ports"])
        # An empty token counts as none, so that BRIEFING_TOKEN_FILE is enough.
        assert bot["environment"]["BRIEFING_TOKEN"] == "${BRIEFING_TOKEN:-}"
    # Without a profile nothing starts, and no profile starts one process too many.
    by_profile = {}
    for name, service in services.items():
        for profile in service["profiles"]:
            by_profile.setdefault(profile, set()).add(name)
    assert by_profile == {"single": {"bot"}, "replicas": {"postgres", "replica-1", "replica-2"}}
    for name in ("replica-1", "replica-2"):
        assert "BRIEFING_STORE" in services[name]["environment"]


def test_the_compose_files_in_the_docs_name_services_that_exist():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    blocks = re.findall(r"(?m)(?:^    .*\n)+", (DOCS / "operating.md").read_text())
    overrides = [yaml.safe_load(block) for block in blocks if block.startswith("    services:")]
    assert len(overrides) == 2
    for override in overrides:
        assert override["services"].keys() <= services.keys()
        for service in override["services"].values():
            assert set(service.get("secrets", [])) <= override.get("secrets", {}).keys()


def test_the_unit_is_one_that_systemd_reads(tmp_path):
    program = shutil.which("systemd-analyze")
    unit = (DOCS / "briefing-bot.service").read_text()
    for line in ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes"):
        assert line in unit.splitlines()
    assert f"RestartPreventExitStatus={WRONGLY_SET_UP}" in unit.splitlines()
    assert (
        "ProcSubset=pid" not in unit.splitlines()
    )  # without /proc/stat there are no process_* figures
    if program is None:
        return
    file = tmp_path / "briefing-bot.service"
    file.write_text(unit.replace("/opt/bot/bin/briefing-bot", "/bin/true"))
    done = subprocess.run([program, "verify", file], capture_output=True, text=True, check=False)
    assert not done.stderr.strip(), done.stderr


def test_commands_run_as_the_unit_does():
    script = (DOCS / "briefing-bot.sh").read_text()
    unit = (DOCS / "briefing-bot.service").read_text()
    assert subprocess.run(["/bin/sh", "-n", DOCS / "briefing-bot.sh"], check=False).returncode == 0
    for name in ("DynamicUser", "StateDirectory", "StateDirectoryMode", "UMask", "LoadCredential"):
        value = re.search(rf"(?m)^{name}=(.+)$", unit)[1]
        assert f"--property={name}={value}" in script, name
    assert "--setenv=BRIEFING_DATA=/var/lib/briefing-bot/data" in script
    assert "BRIEFING_DATA=/var/lib/briefing-bot/data" in unit
    assert "/opt/bot/bin/briefing-bot" in script


def test_the_picture_is_small_and_whole():
    file = DOCS / "architecture.svg"
    assert file.stat().st_size < 10_000
    root = ET.parse(file).getroot()
    text = " ".join(
        "".join(item.itertext()) for item in root.iter("{http://www.w3.org/2000/svg}text")
    )
    packages = {path.name for path in (ROOT / "bot").iterdir() if (path / "__init__.py").exists()}
    for room in packages:
        assert room in text, room
