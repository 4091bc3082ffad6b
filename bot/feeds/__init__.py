"""The editor's desk: feeds are watched, and what may matter is suggested to the admins."""
