"""The board on the web: pages, feeds, an API, badges; and the same pages as a Mini App."""
