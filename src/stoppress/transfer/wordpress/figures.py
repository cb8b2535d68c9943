"""The parts of a figure in a body's tree."""

from typing import Any

Node = list[Any]
# Elements that may contain the pictures of a gallery.
_AROUND = {"figure", "ul", "ol", "li", "p", "a"}


def pictures_in(parts: list[Any]) -> list[tuple[Node, Node | None]] | None:
    """Return the pictures in some nodes, each with its `figcaption`; None if they have more."""
    found: list[tuple[Node, Node | None]] = []
    for part in parts:
        if isinstance(part, dict) or (isinstance(part, str) and not part.strip()):
            continue
        if part[0] == "img":
            found.append((part, None))
            continue
        if isinstance(part, str) or part[0] not in _AROUND:
            return None
        words = [each for each in part[1:] if isinstance(each, list) and each[0] == "figcaption"]
        inside = pictures_in([each for each in part[1:] if each not in words])
        if inside is None or (words and len(inside) != 1):
            return None
        found += [(inside[0][0], words[0])] if words else inside
    return found or None


def caption_of(words: Node | None) -> str | None:
    """Return a caption's text; None if it has other elements, such as a link."""
    parts: list[str] = []
    for child in words[1:] if words else ():
        if isinstance(child, str):
            parts.append(child)
        elif child[0] in {"em", "strong", "p"} and (inside := caption_of(child)) is not None:
            parts.append(inside)
        elif child[0] == "br":
            parts.append(" ")
        else:
            return None
    return " ".join("".join(parts).split())
