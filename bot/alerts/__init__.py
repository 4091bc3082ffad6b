"""From a change to delivered messages, with guarantees. Knows no Telegram, no database."""
