"""The Bot API on loopback: the whole bot without a token, for tests and `make demo`.

In a test (see tests/playground/conftest.py)::

    playground = Playground("1:token", PlayClock())
    await playground.start()                      # playground.url -> "http://127.0.0.1:PORT"
    application = Application.builder().token("1:token").base_url(f"{playground.url}/bot") ...
    aygun = playground.world.person(11, "Aygün", "az")
    await playground.world.say(11, "/start")      # the bot gets the update
    await playground.world.wait_for(lambda: playground.world.answers(11), timeout=5)
    message = playground.world.messages(11)[-1]   # text, entities, reply_markup, html as sent
    await playground.world.press(11, 11, message["message_id"], "t:energy")
    assert not playground.violations              # every call obeyed the Bot API's description
    await playground.stop()

`world` (world.py) is the state and what people do in it, `faults` (faults.py) what goes wrong on
purpose, `calls` every call received, `violations` those outside the Bot API's description. Tests
wait on what happens (`wait_for`), never for a time. This package imports nothing else of the bot.
"""
