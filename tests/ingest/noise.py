"""What differs from one look at a feed to the next and is no news. Knows nothing of words, nor of
what is tested.

A noise is a text with a hole in it; what stands in the hole is drawn anew at each look.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

HOLE = "@"
PICTURES = (
    '<img src="https://pix.example/~r/feed/~4/@" height="1" width="1" alt="">',
    '<img width="1" alt="" src="//count.example/@.gif" height="1">',
    '<img src="https://b.example/px?n=@" width="0" height="0">',
    '<img src="https://stats.example/@.gif">',
    '<img alt="" src="https://wire.example/pixel/@">',
    '<img src="https://wire.example/@" style="display: none">',
    '<img hidden src="https://wire.example/@.jpg">',
    '<a href="https://feeds.feedburner.com/~ff/wire?a=@"><img src="https://feeds.feedburner.com/@"></a>',
    "<script>var served = '@';</script>",
    "<!-- served by @ -->",
    '<a href="https://ads.example/c/@?x=@">Advert</a>',
    '<a href="https://ad.sales.example/@"><img src="https://ads.example/@.jpg" alt=""></a>',
    '<a href="https://shop.example/offer?x=@&amp;k=@">Advert</a>',
    '<a href="https://shop.example/offer?item=7&amp;sessionid=@">Offer</a>',
    '<a href="https://wire.example/map;jsessionid=@?of=town&amp;utm_source=@">Map</a>',
    '<a href="https://wire.example/map?fbclid=@&amp;of=town&amp;utm_medium=@#xtor=@">Map</a>',
    '<img alt="Bridge" src="https://cdn@.example/a/bridge.jpg?w=@&amp;sig=@">',
    '<img width="64@" src="https://img.example/a/bridge.jpg" alt="Bridge" height="9@">',
    '<p class="c@" id="i@" style="margin: 1px" data-n="@"></p>',
    '<span data-n="@"> </span>',
    "<p> </p>\n\n<div>&nbsp;</div>",
)
LAST = (
    "",
    '<img src="https://metrics.example/@" alt="">',
    '<p><img src="https://x.example/@"></p>',
)
GAPS = ("", " ", "\n", "\n\n\t", "<!-- @ -->", "\u200b")
OPENINGS = ("<p>", '<p class="a@">', '<p id="p@" class="b">', "<p\n>", '<P data-x="@">', "<div>")


@dataclass(frozen=True)
class Noise:
    """The noise of a story at one look: around it, and after each of its paragraphs."""

    opening: str
    between: tuple[str, ...]
    gap: str
    last: str
    campaign: str
    host: str
    minute: int


def filled(draw: st.DrawFn, text: str) -> str:
    parts = text.split(HOLE)
    fillings = [str(draw(st.integers(1, 999_999))) for _ in parts[1:]]
    return parts[0] + "".join(map(str.__add__, fillings, parts[1:]))


@st.composite
def looks(draw: st.DrawFn, number: int = 2) -> list[Noise]:
    """Draw the noise of a story at several looks, of one kind at all of them."""
    kinds = draw(st.lists(st.sampled_from(PICTURES), max_size=4))
    last = draw(st.sampled_from(LAST))
    return [
        Noise(
            opening=filled(draw, draw(st.sampled_from(OPENINGS))),
            between=tuple(filled(draw, kind) for kind in kinds),
            gap=filled(draw, draw(st.sampled_from(GAPS))),
            last=filled(draw, last),
            campaign=filled(draw, "utm_source=rss&amp;utm_campaign=@"),
            host=draw(st.sampled_from(["https://wire", "http://www.wire", "https://m.wire"])),
            minute=draw(st.integers(0, 59)),
        )
        for _ in range(number)
    ]
