"""Looks after everything that the bot stands on, and says what to do where something is wrong."""

from bot.ops.doctor.examination import examine
from bot.ops.doctor.result import CheckResult, Verdict

__all__ = ["CheckResult", "Verdict", "examine"]
