"""What was promised and where it stands. Pure: knows no Telegram, no database, no locale files."""
