"""What every contender sends, and what the server answers: the same for all. Imports nothing."""

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}

TEXT = (
    "🟢 <b>7. A corridor opens for freight and passengers</b>\n\n"
    "<b>In progress → Fulfilled</b>\nDate: 20 November 2026\n\n"
    "The first regular service ran on the agreed line, and both sides confirmed the timetable "
    "for the winter months.\n\n"
    "Promised: The parties shall open the corridor to regular traffic within two years and shall "
    "keep it open in all seasons.\n\n"
    'Source: <a href="https://example.org/communique">Joint communiqué</a>\n'
    "Recorded: 20 November 2026, 12:00 (UTC)"
)
PLAIN = TEXT.replace("<b>", "").replace("</b>", "")
KEYBOARD = [
    [
        {"text": "Details", "callback_data": "p:opening-of-the-corridor:a:1"},
        {"text": "🔕 Stop these alerts", "callback_data": "s:1"},
    ]
]
PAGE, HELP = "/provision 7", "/help"
"""A command with a whole page to render, and one with little: commands that people send."""
