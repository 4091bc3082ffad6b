"""The Bot API's methods that the playground plays, a file a subject; catalogue.py lists them."""
