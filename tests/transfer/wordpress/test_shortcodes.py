"""WordPress's shortcodes."""

import pytest

from stoppress.transfer.wordpress.shortcodes import without_shortcodes

IMAGE = '<img src="/a.jpg">'


def read(text: str) -> tuple[str, list[str]]:
    made, names = without_shortcodes(text, lambda values: f"<gallery {values.get('ids')}>")
    return made.strip(), names


@pytest.mark.parametrize(
    ("written", "made"),
    [
        (
            f"[caption id=x]{IMAGE} The <b>fire</b>[/caption]",
            f"<figure>{IMAGE}<figcaption>The <b>fire</b></figcaption></figure>",
        ),
        (
            f'[caption caption="The fire"]{IMAGE}[/caption]',
            f"<figure>{IMAGE}<figcaption>The fire</figcaption></figure>",
        ),
        (
            f'[caption]<a href="/x">{IMAGE}</a>[/caption]',
            f'<figure><a href="/x">{IMAGE}</a></figure>',
        ),
        ("[gallery ids='1,2']", "<gallery 1,2>"),
        ("[gallery]", "<gallery None>"),
        (
            "[embed width=1]https://x.example/1[/embed]",
            '<p><a href="https://x.example/1">https://x.example/1</a></p>',
        ),
        (
            '[audio mp3="https://x.example/a.mp3"][/audio]',
            '<p><a href="https://x.example/a.mp3">https://x.example/a.mp3</a></p>',
        ),
        (
            "[youtube https://youtu.be/abc]",
            '<p><a href="https://youtu.be/abc">https://youtu.be/abc</a></p>',
        ),
        ("[[gallery]] is a shortcode", "[gallery] is a shortcode"),
        ("[sic] and [A. Name] and [1]", "[sic] and [A. Name] and [1]"),
        ('[box color="red"]Words[/box] here', "Words here"),
        ("[dropcap]W[/dropcap]ords", "Words"),
    ],
)
def test_a_shortcode_becomes_its_content(written, made):
    assert read(written) == (made, [])


def test_a_shortcode_that_needs_wordpress_is_named():
    assert read('A [contact-form-7 id="3" title="x"] b [poll id=4]') == (
        *("A  b", ["contact-form-7", "poll"]),
    )


def test_no_text_takes_long():
    hostile = "[caption]" * 10_000 + "[/caption]" + '[a b="' * 10_000 + "[x a=b]" * 10_000
    made, names = read(hostile)
    assert names == ["x"]
    assert "[x" not in made
