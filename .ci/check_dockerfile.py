"""Do what the Dockerfile does, step by step, without a container engine.

Each COPY takes what is in the repository (as .dockerignore leaves it), each RUN of the first stage
runs in an empty folder with a clean environment and a new Python, and what the last stage starts is
started: python .ci/check_dockerfile.py [--static]

The last stage's own RUN is not executed, as it makes a user.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Stage:
    """A stage: its base, its name, its instructions."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        """What stands after an instruction, each time that it is there."""
        return [text for name, text in self.steps if name == instruction]


def stages(text: str) -> tuple[dict[str, str], list[Stage]]:
    """The arguments before the first stage, and the stages."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^\s*#.*\n", "", text))
    arguments: dict[str, str] = {}
    found: list[Stage] = []
    for line in filter(None, map(str.strip, joined.splitlines())):
        instruction, _, rest = line.partition(" ")
        if instruction == "ARG" and not found:
            name, _, value = rest.partition("=")
            arguments[name] = value
        elif instruction == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base, name))
        else:
            found[-1].steps.append((instruction, rest.strip()))
    return arguments, found


def check_static(text: str) -> list[str]:
    """What is wrong with the file as it is written."""
    arguments, found = stages(text)
    wrong = []
    if len(found[1:]) != 1 or any(stage.base != "${PYTHON}" for stage in found):
        wrong.append("there are to be two stages, each from the base that an argument names")
    if "slim" not in arguments.get("PYTHON", ""):
        wrong.append("the base is to be a slim one")
    last = found[-1]
    for stage in found:
        for copy in stage.all("COPY"):
            if copy.startswith("--from="):
                continue
            *sources, _ = copy.split()
            wrong += [
                f"COPY {source}: not there" for source in sources if not (ROOT / source).exists()
            ]
            wrong += [
                f"COPY {source}: left out by .dockerignore" for source in sources if ignored(source)
            ]
    user = last.all("USER")[-1:] or ["root"]
    if user[0].split(":")[0] in {"root", "0"} or not user[0].split(":")[0].isdecimal():
        wrong.append("USER is to be a number, and not root's")
    wrong += [
        f"{item} is missing"
        for item in ("HEALTHCHECK", "STOPSIGNAL", "VOLUME")
        if not last.all(item)
    ]
    for entry in ("ENTRYPOINT", "CMD"):
        if not all(text.startswith("[") for text in last.all(entry)) or not last.all(entry):
            wrong.append(f"{entry} is to be a list: a shell would not pass signals on")
    tools = ("pip install", "apt-get", "gcc", "build-essential")
    wrong += [
        f"RUN {run}: a tool in the last stage" for run in last.all("RUN") for t in tools if t in run
    ]
    if not any("pip uninstall" in run for run in last.all("RUN")):
        wrong.append("pip stays in the last stage")
    return wrong + check_labels(last)


def check_labels(last: Stage) -> list[str]:
    """Labels that say something else than pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    labels = " ".join(last.all("LABEL"))
    expected = {"version": project["version"], "licenses": project["license"]}
    return [
        f"the label {name} is to be {value}"
        for name, value in expected.items()
        if f'image.{name}="{value}"' not in labels
    ]


def ignored(source: str) -> bool:
    """Whether .dockerignore keeps something from being copied."""
    lines = (ROOT / ".dockerignore").read_text().split()
    return f"!{Path(source).parts[0]}" not in lines


def build(text: str, root: Path) -> None:
    """Run the first stage below a folder, and start what the last stage would."""
    _, (first, *_, last) = stages(text)
    here = root
    home = root / "home"
    home.mkdir()
    base = root / "base"
    venv.create(base, with_pip=True, symlinks=True)
    kept = {
        name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "SSL_", "UV_"))
    }
    proxies = {name: os.environ[name] for name in os.environ if name.lower().endswith("_proxy")}
    path = f"{base / 'bin'}:/usr/bin:/bin"
    environment = {"PATH": path, "HOME": str(home), **kept, **proxies}
    for instruction, rest in first.steps:
        print(f"{instruction} {rest}", flush=True)
        if instruction == "WORKDIR":
            here = below(root, rest)
            here.mkdir(parents=True, exist_ok=True)
        elif instruction == "COPY":
            copy(rest.split(), here)
        elif instruction == "RUN":
            command = rest.replace("/opt/bot", str(below(root, "/opt/bot")))
            subprocess.run(["/bin/sh", "-c", command], cwd=here, env=environment, check=True)
    shutil.rmtree(below(root, "/src"))  # the last stage has none of it
    shutil.rmtree(base)
    start(root, last, {"HOME": str(home), "PATH": "/usr/bin:/bin"})


def start(root: Path, last: Stage, environment: dict[str, str]) -> None:
    """Start what the last stage starts, and ask in every language.

    Raises:
        CalledProcessError: something ends otherwise than it should.
    """
    bin_folder = re.search(r"PATH=(\S+):\$PATH", " ".join(last.all("ENV")))
    entry = below(root, json.loads(last.all("ENTRYPOINT")[0])[0])
    if bin_folder is None or not (below(root, bin_folder[1]) / "briefing-bot").samefile(entry):
        sys.exit("Dockerfile: briefing-bot is not on PATH")
    languages = [folder.parent.name for folder in (ROOT / "locales").glob("*/LC_MESSAGES")]
    commands = [["--help"], ["check"], ["run", "--help"]]
    commands += [["ask", "--lang", language, "2021"] for language in languages]
    for arguments in commands:
        subprocess.run([entry, *arguments], env=environment, check=True, stdout=subprocess.PIPE)
    python = entry.with_name("python")
    probe = "import importlib.util as u, psycopg; assert u.find_spec('pip') is None"
    subprocess.run([python, "-c", probe], env=environment, check=True)
    if not list(
        below(root, "/opt/bot").glob("lib/python*/site-packages/briefing_bot-*/**/LICENSE")
    ):
        sys.exit("Dockerfile: the package has no LICENSE")
    # Nobody listens, so the health check fails, with one line.
    program, *arguments = json.loads(last.all("HEALTHCHECK")[0].partition("CMD ")[2])
    environment = {**environment, "BRIEFING_LISTEN": "127.0.0.1:1"}
    done = subprocess.run(
        [below(root, program), *arguments],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 1 or done.stderr or len(done.stdout.splitlines()) != 1:
        sys.exit(f"Dockerfile: the health check ends with {done.returncode}: {done}")


def below(root: Path, path: str) -> Path:
    """Where a path of the image is here."""
    return root / path.lstrip("/")


def copy(words: list[str], here: Path) -> None:
    """COPY out of the repository."""
    *sources, target = words
    for source in sources:
        place = here / target
        place = place / Path(source).name if target.endswith("/") else place
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            left_out = shutil.ignore_patterns("__pycache__", "*.mo")
            shutil.copytree(ROOT / source, place, ignore=left_out, dirs_exist_ok=True)
        else:
            shutil.copyfile(ROOT / source, place)


def main() -> int:
    """Check, and say so."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    wrong = check_static(text)
    for item in wrong:
        print(f"Dockerfile: {item}", file=sys.stderr)
    if wrong:
        return 1
    if "--static" not in sys.argv:
        with tempfile.TemporaryDirectory() as root:
            build(text, Path(root))
    print("Dockerfile: every step works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
