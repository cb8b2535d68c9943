"""A part of an export: an element with its text and its children."""

from dataclasses import dataclass, field

# More than any post has. Longer elements are cut, and the report says so.
MAX_CHARS = 4_000_000
MAX_NODES = 300_000


@dataclass(eq=False)
class Node:
    """An element.

    Attributes:
        name: with its usual prefix, such as `wp:post_id`.
        cut: whether it was too large and was cut.
        comments: the number of readers' comments in it, which are not kept.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    chars: int = 0
    cut: bool = False
    comments: int = 0

    def add(self, text: str) -> None:
        """Add to the element's own text."""
        self.chars += len(text)
        if self.chars > MAX_CHARS:
            self.cut = True
        else:
            self.parts.append(text)

    @property
    def own_text(self) -> str:
        return "".join(self.parts)

    def all(self, name: str) -> list["Node"]:
        """Return the children with a name."""
        return [child for child in self.children if child.name == name]

    def raw(self, name: str) -> str:
        """Return the text of the first child with a name, or empty."""
        return next((child.own_text for child in self.children if child.name == name), "")

    def text(self, name: str) -> str:
        """Return the same text without surrounding space."""
        return self.raw(name).strip()

    def meta(self, name: str = "wp:postmeta") -> dict[str, str]:
        """Return the values of the meta keys."""
        return {each.text("wp:meta_key"): each.text("wp:meta_value") for each in self.all(name)}

    @property
    def is_cut(self) -> bool:
        return self.cut or any(child.is_cut for child in self.children)
