"""Running the bot: logs, signals, health and metrics over HTTP, and the doctor's checks."""
