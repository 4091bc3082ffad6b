"""The store for one machine: TinyDB files, a journal in front of them, everything in memory.

* Reads are served from memory and cost the same however many chats there are.
* Every write is one line appended to ``journal.jsonl`` and synced; writes that wait together
  share a line. A single change of one chat therefore costs the same with ten chats as with a
  hundred thousand, where a TinyDB file by itself is rewritten whole each time.
* When the journal has grown, and at every orderly stop, all is written to the TinyDB files at
  once (a checkpoint), each atomically, and the journal starts again. The version before is kept
  as ``.previous``; put back in place, it is brought up to date from the journals.
"""

from bot.storage.tinydb.store import TinyStore, open_store

__all__ = ["TinyStore", "open_store"]
