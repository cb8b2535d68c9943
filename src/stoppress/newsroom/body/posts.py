"""Embed codes of posts: a quotation of the post, and a script that replaces it by a frame."""

import re
from typing import Any

from .embeds import alone
from .providers import known

# The provider by the class of its `blockquote`, and where its address is, if not in the last link.
_PROVIDERS = {
    "twitter-tweet": ("x", ""),
    "twitter-video": ("x", ""),
    "instagram-media": ("instagram", "data-instgrm-permalink"),
    "bluesky-embed": ("bluesky", "data-bluesky-uri"),
    "mastodon-embed": ("mastodon", "data-embed-url"),
}
POST_ATTRIBUTES = {"class", *(name for _, name in _PROVIDERS.values() if name)}
_AT_URI = re.compile(r"at://([^/]+)/app\.bsky\.feed\.post/([^/]+)")

_SCRIPT = re.compile(r"<script(?=\s)([^<>]*+)>\s*+</script\s*+>", re.IGNORECASE)
_SOURCE = re.compile(r"\ssrc\s*+=\s*+[\"']?(?:https?:)?//([^\"'\s<>?]++)", re.IGNORECASE)
_SCRIPTS = {
    "platform.twitter.com/widgets.js",
    "platform.x.com/widgets.js",
    "www.instagram.com/embed.js",
    "platform.instagram.com/en_US/embeds.js",
    "embed.bsky.app/static/embed.js",
    "player.vimeo.com/api/player.js",
}
_MASTODONS = "/embed.js"


def is_post(values: dict[str, str]) -> bool:
    """Return whether a `blockquote` is a provider's quotation of a post."""
    return not _PROVIDERS.keys().isdisjoint(values.get("class", "").split())


def post_address(values: dict[str, str], quotation: list[Any]) -> str | None:
    """Return the address of the post that a provider's `blockquote` quotes; None if it is unknown.

    Args:
        values: the attributes of the element.
        quotation: its node.
    """
    for name in values.get("class", "").split():
        provider, attribute = _PROVIDERS.get(name, ("", ""))
        said = _AT_URI.sub(r"https://bsky.app/profile/\1/post/\2", values.get(attribute, ""))
        for address in (said, *reversed(_addresses(quotation))):
            if (post := known(address)) and post.provider == provider:
                return post.url
    return None


def quoted(quotation: list[Any], address: str) -> tuple[list[Any], str]:
    """Return a quotation of a post without its title, and the title.

    The title is the text of a final paragraph that is only a link to the post, such as "View this
    post". An earlier such paragraph becomes plain text. Other links to the post lose tracking
    parameters.
    """
    children, titles = quotation[1:], []
    while children and _is_link_to(children[-1], address):
        titles.append(children.pop()[1]["title"])
    rest = quotation[:1]
    for child in children:
        if not _is_link_to(child, address):
            rest.append(_tidied(child, address))
        elif alone(child[1]["title"]):
            rest.append(child)  # as plain text, an address would be read as another embed
        elif child[1]["title"]:
            rest.append(["p", child[1]["title"]])
    return rest, " · ".join(filter(None, reversed(titles)))


def _is_link_to(node: list[Any], address: str) -> bool:
    url: str = node[1]["url"] if node[0] == "embed" else ""
    return url == address


def _tidied(node: list[Any], address: str) -> list[Any]:
    tidied = node[:1]
    for child in node[1:]:
        if isinstance(child, list):
            child = _tidied(child, address)
        elif isinstance(child, dict) and (post := known(child.get("href", ""))):
            child = {"href": address} if post.url == address else child
        tidied.append(child)
    return tidied


def without_own_scripts(html: str) -> str:
    """Return HTML without the scripts of embed codes: the site shows the embeds without them.

    Mastodon's script may be at any host; it counts if an embed code of Mastodon is there too.
    """
    has_mastodon = "mastodon-embed" in html

    def instead(found: re.Match[str]) -> str:
        source = _SOURCE.search(found[1])
        address = source[1] if source else ""
        own = address in _SCRIPTS or (has_mastodon and address.endswith(_MASTODONS))
        return "" if own else found[0]

    return _SCRIPT.sub(instead, html)


def _addresses(node: list[Any]) -> list[str]:
    """Return the addresses of the links and embeds in a node, in order."""
    found: list[str] = []
    for child in node[1:]:
        if isinstance(child, dict):
            found += [child[name] for name in ("href", "url") if name in child]
        elif isinstance(child, list):
            found += _addresses(child)
    return found
