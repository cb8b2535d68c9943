"""Fields that two papers must have in common: items of their wires without local fields."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

# Numbers, addresses, and the times and notes of each paper's own acts.
OWN = {
    "note",
    *("id", "key", "version", "order", "url", "version_created", "updated", "uri", "story"),
    *(
        "original_url",
        "source",
        "quiet_hours",
        "reviewed",
        "listed",
        "coverage_changed",
        "coverage_ended",
    ),
}
PICTURE = re.compile(r"picture:\d+")


def alike(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what another paper's item of the same article must say too."""
    said = {name: value for name, value in item.items() if name not in OWN}
    said["body"] = PICTURE.sub("picture:…", item["body"])
    said["pictures"] = sorted((_picture(each) for each in item["pictures"]), key=str)
    for name in ("section", "topics", "authors"):
        said[name] = _names(item.get(name))
    if item.get("image"):
        said["image"] = _picture(item["image"])
    return said


def paper_of(items: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return all that a paper shows, by uri; a post names its story by the story's."""
    items = list(items)
    uris = {item["key"]: item["uri"] for item in items}
    found = {item["uri"]: alike(item) for item in items}
    for item in items:
        if item.get("story"):
            found[item["uri"]]["story"] = uris[item["story"]["key"]]
    return found


def _picture(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("alt", "caption", "credit", "focus")}


def _names(told: Any) -> Any:
    if isinstance(told, list):
        return [_names(each) for each in told]
    return (told["slug"], told["name"]) if told else None
