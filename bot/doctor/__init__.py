"""Looks after everything that the bot stands on, and says what to do where something is wrong."""

from bot.doctor.examination import examine
from bot.doctor.findings import Finding, Verdict

__all__ = ["Finding", "Verdict", "examine"]
