"""Who wants to hear what. Pure: knows no Telegram, no database."""
