"""Texts of posts, as the paper's own Markdown."""

import pytest

from stoppress.transfer.wordpress.comments import with_comments
from stoppress.transfer.wordpress.content import TooLarge, text_of_post
from stoppress.transfer.wordpress.paragraphs import with_paragraphs

SITE = "https://old.example"


class Around:
    """Knows one picture, one that cannot be taken, one article, and one reusable block."""

    def picture(self, url: str, alt: str) -> int | None:
        return {f"{SITE}/a.jpg": 5, f"{SITE}/gone.jpg": 0}.get(url)

    def address(self, url: str) -> str:
        return "/articles/9/" if url == f"{SITE}/post/" else url

    def gallery(self, values):
        return f'<figure><img src="{SITE}/a.jpg"><figcaption>One</figcaption></figure>'

    def block(self, id_: str) -> str:
        return "<p>Again.</p>" if id_ == "3" else ""


def markdown(content: str) -> str:
    return text_of_post(content, SITE, Around()).markdown


@pytest.mark.parametrize(
    ("content", "made"),
    [
        ("One\n\nTwo <strong>bold</strong>", "One\n\nTwo **bold**"),
        ("<!-- wp:paragraph -->\n<p>A\nline</p>\n<!-- /wp:paragraph -->", "A\nline"),
        ('<!-- wp:heading {"level":2} --><h2>H</h2><!-- /wp:heading -->', "## H"),
        ("Teaser<!--more-->\n\nRest", "Teaser\n\nRest"),
        ('<a href="/post/">there</a>', "[there](/articles/9/)"),
        ('<a href="/other">there</a>', f"[there]({SITE}/other)"),
        ('<a href="https://b.example/">there</a>', "[there](https://b.example/)"),
        ('<img src="/a.jpg" alt="A bridge">', "![A bridge](picture:5)"),
        ('<a href="/a-1.jpg"><img src="/a.jpg" alt="X"></a>', "![X](picture:5)"),
        (
            '[caption]<img src="/a.jpg" alt="X"> The <em>bridge</em>[/caption]',
            '![X](picture:5 "The bridge")',
        ),
        (
            '<ul><li><figure><a href="/a.jpg"><img src="/a.jpg" alt="A"></a></figure></li></ul>',
            "- ![A](picture:5)",
        ),
        (
            '<figure><ul><li><a href="/x/"><img src="/a.jpg" alt="A"></a></li></ul></figure>',
            "![A](picture:5)",
        ),
        (
            "<figure><ul><li>1</li></ul></figure>",
            "- 1",
        ),
        ("[gallery]", '![](picture:5 "One")'),
        ('<img src="/gone.jpg" alt="A bridge">', f"[A bridge]({SITE}/gone.jpg)"),
        ('<img src="https://b.example/c.jpg" alt="C">', "![C](https://b.example/c.jpg)"),
        ('<!-- wp:block {"ref":3} /-->', "Again."),
        ('Hi <img class="emoji" alt="😀" src="https://s.w.org/1.svg">', "Hi 😀"),
        ('<span class="liveblog-command type-key">key</span> Goal', "Goal"),
        (
            '<!-- wp:embed --><figure class="wp-block-embed"><div>\nhttps://www.youtube.com/watch?v=ex8fMxXJDJw\n</div></figure>',
            "https://www.youtube.com/watch?v=ex8fMxXJDJw",
        ),
        (
            "<!-- wp:gallery --><figure>"
            '<figure><img src="/a.jpg" alt="A"/><figcaption>One</figcaption></figure>'
            '<figure><img src="/a.jpg" alt="B"/></figure>'
            '<figcaption>All of <a href="/post/">it</a></figcaption></figure>',
            '![A](picture:5 "One")\n\n![B](picture:5)\n\nAll of [it](/articles/9/)',
        ),
    ],
)
def test_a_post_becomes_what_an_editor_would_type(content, made):
    assert markdown(content) == made


def test_a_script_and_a_form_are_left_out_with_a_warning():
    text = text_of_post("A<script>alert(1)</script>\n\n[poll id=4]", SITE, Around())
    assert text.markdown == "A"
    assert "[poll]" in text.left_out[0]


@pytest.mark.parametrize(
    "name", ["picture:7", " picture:7", "picture&#58;7", "pic\nture:7", "PICTURE:7"]
)
def test_an_export_cannot_show_a_picture_of_the_paper(name):
    figure = f'<figure><img src="{name}" alt="Secret"></figure>'
    text = text_of_post(f'One <img src="{name}" alt="Secret">{figure}', SITE, Around())
    assert "picture:" not in str(text.tree).lower()


def test_a_block_that_includes_itself_ends():
    class Endless(Around):
        def block(self, id_):
            return '<!-- wp:block {"ref":3} /--><!-- wp:block {"ref":3} /-->x'

    assert text_of_post('<!-- wp:block {"ref":3} /-->', SITE, Endless()).markdown == "xxxxxxx"


@pytest.mark.parametrize("content", ["x" * 1_000_001, "word " * 60_000, "<b>" * 60_000])
def test_a_text_longer_than_a_body_is_refused(content):
    with pytest.raises(TooLarge, match="characters|nested|markup"):
        markdown(content)


@pytest.mark.parametrize(
    "again", ["<!--", "<!-- wp:block {", '<!--wp:block{"ref":1', "<pre>", "<script>", "<textarea "]
)
def test_an_unclosed_block_is_scanned_once(again):
    content = again * (1_000_000 // len(again))
    assert with_comments(content, lambda comment: "") == content
    with_paragraphs(content)


def test_a_reusable_block_with_other_attributes_is_read():
    block = '<!-- wp:block {"metadata":{"name":"Box"},"ref":3,"x":"a}"} /-->'
    assert markdown(block) == "Again."
    for other in ('{"ref":"3"}', "{", "[3]", '{"ref":3}}', "{" * 5000 + "}" * 5000):
        assert markdown(f"<p>One</p><!-- wp:block {other} /-->") == "One"
