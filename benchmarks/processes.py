"""The processes of a run: the server, this bot, the peers; each on its own interpreter."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.sample import TOKEN

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv" / "peers" / "bin" / "python"
_LONGEST = 100.0


@dataclass(frozen=True)
class Server:
    """The Bot API of a run."""

    url: str

    def control(self, **order: Any) -> Any:  # noqa: ANN401 - JSON
        request = urllib.request.Request(f"{self.url}/control", json.dumps(order).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def report(self, *, times: bool = False) -> dict[str, Any]:
        found: dict[str, Any] = self.control(do="report", times=times)
        return found

    def until(self, key: str, value: int, seconds: float = _LONGEST) -> dict[str, Any]:
        """Wait until a number of the report has come so far.

        Raises:
            TimeoutError: it has not.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            report = self.report()
            if report[key] >= value:
                return report
            time.sleep(0.05)
        raise TimeoutError(f"{key} is {report[key]}, not {value}, after {seconds} s")


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    command = [sys.executable, "-m", "benchmarks.server"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield Server(f"http://127.0.0.1:{process.stdout.readline().strip()}")
        process.stdin.close() if process.stdin else None


@contextlib.contextmanager
def seeded_folder(chats: int) -> Iterator[Path]:
    """A data folder with so many subscribers, written by another process: this one stays small."""
    with tempfile.TemporaryDirectory(prefix="briefing-bench-") as place:
        code = "import sys; from pathlib import Path; from benchmarks.seeding import seed"
        code += "; seed(Path(sys.argv[1]), int(sys.argv[2]))"
        subprocess.run([sys.executable, "-c", code, place, str(chats)], cwd=ROOT, check=True)
        yield Path(place)


def subject(job: str, url: str, folder: Path, rate: float, **others: Any) -> list[str]:  # noqa: ANN401
    """The command line of this bot at a job."""
    module = [sys.executable, "-m", "benchmarks.subject"]
    return [*module, job, url, str(folder), str(rate), json.dumps(others)]


def peer(job: str, url: str, count: int = 0) -> list[str]:
    """The command line of another library at a job."""
    return [str(PEERS), "-m", "benchmarks.peers", job, url, str(count)]


def result_of(command: list[str]) -> dict[str, Any]:
    """Run to the end, and read the one line that it prints.

    Raises:
        RuntimeError: it failed; with the end of what it said.
    """
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=_LONGEST, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[2]} failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextlib.contextmanager
def running(command: list[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended afterwards."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=log
        )
        try:
            yield process
            if process.poll() not in {None, -signal.SIGKILL}:  # which is on purpose
                log.seek(0)
                raise RuntimeError(f"{command} ended:\n{log.read()[-2000:].decode()}")
        finally:
            process.terminate()
            process.wait(15)


@contextlib.contextmanager
def the_bot(server: Server, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program as an operator starts it."""
    with running(
        [sys.executable, "-m", "bot", "run"],
        BRIEFING_TOKEN=TOKEN,
        BRIEFING_API_URL=server.url,
        BRIEFING_DATA=str(folder),
        BRIEFING_LOG_FORMAT="json",
    ) as process:
        yield process


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def until_ready(port: int) -> None:
    """Wait until a bot's web server says that it is ready.

    Raises:
        OSError: it has not.
    """
    end = time.monotonic() + _LONGEST
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def megabytes(pid: int) -> float:
    """Resident memory of a process (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
