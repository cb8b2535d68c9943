"""Replace the addresses in a view by those of the files in a folder."""

import re
from collections.abc import Mapping
from typing import Any

View = list[Any]
_VERSIONS = re.compile(r"^/(?:.*/)?articles/\d+/history/")


class Links:
    """The new addresses of a paper's links and pictures.

    Attributes:
        named: the files in the folder, by address.
        used: the files that were used, in the order of their first use.
    """

    def __init__(self, inside: Mapping[str, str], pictures: Mapping[str, str], base: str) -> None:
        """Set the new addresses.

        Args:
            inside: places on the page itself, by address.
            pictures: files in the folder, by address.
            base: the paper's own address, such as `https://paper.example`; empty if unknown.
        """
        self._inside, self.named, self._base = inside, pictures, base.rstrip("/")
        self.used: dict[str, None] = {}

    def relinked(self, node: View) -> View:
        """Return a view with addresses that lead to the folder's files, or to the paper.

        If the address of the paper is unknown, only the words of a link to another page stay.
        """
        name, *children = node
        attributes = dict(children.pop(0)) if children and isinstance(children[0], dict) else {}
        if name == "a" and "href" in attributes:
            leads_to = self._page(attributes["href"])
            if leads_to is None:
                name, attributes = "span", _without_link(attributes)
            else:
                attributes["href"] = leads_to
        if "src" in attributes:
            attributes["src"] = self._file(attributes["src"])
        if "srcset" in attributes:
            attributes["srcset"] = ", ".join(map(self._candidate, attributes["srcset"].split(", ")))
        made = [
            self.relinked(each) if isinstance(each, list) else each
            for each in children
            if not self._leads_nowhere(each)
        ]
        return [name, attributes, *made] if attributes else [name, *made]

    def _leads_nowhere(self, node: View | str) -> bool:
        """Return whether a node is a link to a comparison, useless without the paper's address."""
        attributes = node[1] if isinstance(node, list) and len(node) > 1 else None
        address = attributes.get("href", "") if isinstance(attributes, dict) else ""
        return not self._base and bool(_VERSIONS.search(address))

    def _page(self, address: str) -> str | None:
        if not _is_of_the_paper(address):
            return address
        path, hash, place = address.partition("#")
        if path in self._inside:
            return self._inside[path]
        if not path:
            return address
        return f"{self._base}{path}{hash}{place}" if self._base else None

    def _file(self, address: str) -> str:
        if address in self.named:
            self.used[self.named[address]] = None
            return self.named[address]
        return f"{self._base}{address}" if _is_of_the_paper(address) else address

    def _candidate(self, candidate: str) -> str:
        address, space, width = candidate.partition(" ")
        return f"{self._file(address)}{space}{width}"


def _is_of_the_paper(address: str) -> bool:
    return address.startswith(("/", "#")) and not address.startswith("//")


def _without_link(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if name not in {"href", "rel"}}
