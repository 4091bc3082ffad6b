"""A process whose event loop is really blocked ends, and says where it was blocked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.ops import watchdog

SCRIPT = Path(__file__).with_name("blocked_loop.py")


def started(way: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), way], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"watched\n"
    return process


@pytest.mark.parametrize("way", ["spin", "compute"])
def test_a_blocked_loop_ends_the_process_and_the_log_says_where(way: str):
    process = started(way)
    _, said = process.communicate(timeout=60)
    assert process.returncode == watchdog.EXIT_CODE == 70
    [line] = [json.loads(line) for line in said.splitlines()]
    assert line["event"] == "the event loop is blocked: the process ends"
    assert f"in {way}" in line["stack"]
    assert "what somebody wrote" not in said.decode()


def test_a_log_that_nobody_reads_does_not_keep_the_process():
    process = started("log")
    try:
        assert process.wait(60) == watchdog.EXIT_CODE
    finally:
        process.kill()
        process.communicate()


def test_a_process_in_which_no_python_code_can_run_ends_as_well():
    process = started("hold_the_interpreter")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"in hold_the_interpreter" in said
    assert b"what somebody wrote" not in said


def test_long_steps_end_nothing():
    process = started("work_in_long_steps")
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")


def test_a_process_that_was_suspended_is_not_blocked():
    process = started("work_in_long_steps")
    time.sleep(0.5)
    os.kill(process.pid, signal.SIGSTOP)
    time.sleep(1.5)
    os.kill(process.pid, signal.SIGCONT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")
