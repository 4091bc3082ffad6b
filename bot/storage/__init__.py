"""Where everything is kept: one small Protocol, and what implements it."""
