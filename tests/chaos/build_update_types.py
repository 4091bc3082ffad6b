"""Turn a machine-readable description of the Bot API into a table of what an update may hold.

Run by hand when a new Bot API is out: `python tests/chaos/build_update_types.py api.min.json`
(the file of https://github.com/PaulSonOfLars/telegram-bot-api-spec). It writes
`update_types.json`: for each type, its fields as `[types, required]`; of a union, its members.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def table(spec: dict[str, Any]) -> dict[str, Any]:
    """Every type that an Update holds, at any depth."""
    found: dict[str, Any] = {}
    waiting = ["Update"]
    while waiting:
        name = waiting.pop()
        if name in found or name not in spec["types"]:
            continue
        entry = spec["types"][name]
        found[name] = entry.get("subtypes") or {
            field["name"]: ["|".join(field["types"]), field["required"]]
            for field in entry.get("fields", [])
        }
        names = entry.get("subtypes") or [
            kind for field in entry.get("fields", []) for kind in field["types"]
        ]
        waiting += [kind.removeprefix("Array of ").removeprefix("Array of ") for kind in names]
    return dict(sorted(found.items()))


if __name__ == "__main__":
    types = table(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    target = Path(__file__).with_name("update_types.json")
    target.write_text(json.dumps(types, separators=(",", ":")) + "\n", encoding="utf-8")
