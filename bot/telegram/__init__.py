"""Updates in, calls out: everything that speaks to Telegram by python-telegram-bot."""

from __future__ import annotations

import os

# The library reads this from the environment each time it gives out a duration: with it durations
# are `timedelta`, without it every flood wait is a number and a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")
