"""Languages: negotiation, gettext with plurals, dates, numbers, lists, casing."""
