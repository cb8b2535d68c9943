"""Embeds in a body's tree: the paragraphs that become an embed, and its HTML in a page.

    ["embed", {"provider": "youtube", "url": "https://…", "title": "", "ratio": "16:9"}]

In a page it is a card: a link to the post or video, which a browser with scripts
(`static/newsroom/paper/embed.js`) gives a button that loads the provider's frame.
"""

from typing import Any

from django.utils.html import escape

from .providers import NAMES, RATIOS, STILLS, known, ratio_of

CARD = "news-embed"
MOST_TITLE = 300
# Titles that a provider gives to every frame.
_NO_TITLES = {"youtube video player", "vimeo-player", "vimeo video player", "x post"}
_WITHIN_TITLES = {"em", "strong"}


def embed(address: str, title: str = "", width: str = "", height: str = "") -> list[Any] | None:
    """Return the node of a video or post at an address; None if no provider is known.

    Args:
        width, height: of the frame in pixels; empty if its code does not give them.
    """
    found = known(address)
    if found is None:
        return None
    line = " ".join(title.split())
    is_title = line.lower() not in _NO_TITLES and _bare(line) != _bare(found.url)
    return [
        "embed",
        {
            "provider": found.provider,
            "url": found.url,
            "title": line if is_title else "",
            "ratio": ratio_of(found.provider, width, height) or found.ratio,
        },
    ]


def only_link(paragraph: list[Any]) -> tuple[str, str] | None:
    """Return address and text of a paragraph that contains only a link; None for any other.

    The text is empty if it repeats the address. For a provider's picture of a video, it is the
    alternative text.
    """
    link = paragraph[1] if paragraph[0] == "p" and len(paragraph) == 2 else ""
    if not isinstance(link, list) or link[0] != "a":
        return None
    _, attributes, *children = link
    address, text = attributes["href"], _title(children)
    if text is None or len(text) > MOST_TITLE:
        return None
    return address, "" if _bare(text.strip()) == _bare(address) else text


def has_still(node: list[Any]) -> bool:
    """Return whether a node contains a provider's picture of a video."""
    return _is_still(node) or any(has_still(each) for each in node[1:] if isinstance(each, list))


def _is_still(node: list[Any]) -> bool:
    return node[0] == "img" and STILLS.match(node[1]["src"]) is not None


def card(attributes: dict[str, str]) -> str:
    """Return an embed as HTML."""
    provider, url, title = (attributes.get(name, "") for name in ("provider", "url", "title"))
    found = known(url)
    if found is None or found.provider != provider:
        return ""
    said = {"class": "embed", "data-provider": provider, "data-url": found.url}
    said["data-name"] = NAMES[provider]
    if title:
        said["data-title"] = title
    if found.frame:
        ratio = attributes.get("ratio", "")
        said["data-ratio"] = ratio if ratio in RATIOS else found.ratio
        said["data-frame"] = found.frame
    written = "".join(f' {name}="{escape(value)}"' for name, value in said.items())
    return (
        f'<{CARD}{written}><span class="embed-provider">{NAMES[provider]}</span> '
        f'<a href="{escape(found.url)}">{escape(title or _bare(found.url))}</a></{CARD}>'
    )


def short_card(attributes: dict[str, str]) -> str:
    """Return the shortest HTML that is read as an embed."""
    said = {f"data-{name}": attributes[name] for name in ("url", "title", "ratio")}
    written = "".join(f' {name}="{escape(value)}"' for name, value in said.items() if value)
    return f"<{CARD}{written}></{CARD}>"


def is_card(text: str, address: str, title: str) -> bool:
    """Return whether a text is exactly the text of an embed's card."""
    node = embed(address, title)
    if node is None:
        return False
    said = f"{NAMES[node[1]['provider']]} {node[1]['title'] or _bare(node[1]['url'])}"
    return text.split() == said.split()


def with_links(tree: list[Any]) -> list[Any]:
    """Return a tree, or a part of it, with links in place of its embeds."""
    return [_with_link(node) if isinstance(node, list) else node for node in tree]


def _with_link(node: list[Any]) -> list[Any]:
    if node[0] != "embed":
        return with_links(node)
    said = node[1]
    return ["p", ["a", {"href": said["url"]}, said["title"] or said["url"]]]


def _title(children: list[Any]) -> str | None:
    """Return the text of a link; None if it has more than text, emphasis and a video's picture."""
    parts: list[str] = []
    for child in children:
        inside = child if isinstance(child, str) else None
        if isinstance(child, list) and child[0] in _WITHIN_TITLES:
            inside = _title(child[1:])
        elif isinstance(child, list) and _is_still(child):
            inside = child[1]["alt"]
        if inside is None:
            return None
        parts.append(inside)
    return "".join(parts)


def _bare(address: str) -> str:
    """Return an address as people write it, without scheme and `www`."""
    bare = address.removeprefix("https:").removeprefix("http:").removeprefix("//")
    return bare.removeprefix("www.").removesuffix("/")
