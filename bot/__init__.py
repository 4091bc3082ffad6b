"""A Telegram bot that briefs people on an international agreement, provision by provision."""
