"""The store for a million chats and several processes: PostgreSQL.

* The database is the one place of truth: nothing is remembered in a process.
* An alert's audience is one INSERT … SELECT, and durable with the change that it tells.
* Deliveries are claimed with ``FOR UPDATE SKIP LOCKED``. A claim belongs to a process, and goes
  with it: each holds an advisory lock, and renews a lease in case nobody notices that it is gone.
* ``LISTEN``/``NOTIFY`` wakes the process that delivers and tells all of changes; a look every
  few seconds makes up for what was missed.
"""

from bot.storage.postgres.store import PostgresStore, open_postgres

__all__ = ["PostgresStore", "open_postgres"]
