"""Processor time that the event loop spends in a single step."""

from __future__ import annotations

import gc
import time
from asyncio import events
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class LoopTime:
    """The longest step so far, in seconds of this thread's processor time."""

    longest: float = 0.0


@contextmanager
def loop_time() -> Iterator[LoopTime]:
    """Measure the steps of the event loop: others wait for so long.

    Processor time does not depend on what else the machine does. Garbage collection is put off:
    what it costs depends on the objects of the test.
    """
    measured = LoopTime()
    run = events.Handle._run

    def timed(handle: events.Handle) -> None:
        began = time.thread_time()
        try:
            run(handle)
        finally:
            measured.longest = max(measured.longest, time.thread_time() - began)

    gc.disable()
    events.Handle._run = timed  # type: ignore[method-assign]
    try:
        yield measured
    finally:
        events.Handle._run = run  # type: ignore[method-assign]
        gc.enable()
