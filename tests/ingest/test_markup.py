from stoppress.ingest.markup import Markup


def test_what_is_told_is_escaped() -> None:
    markup = Markup()
    markup.start("a", {"href": '/"><x>'})
    markup.text("a < b & c")
    markup.start("br", {})
    markup.end("a")
    assert markup.html() == '<a href="/&quot;&gt;&lt;x&gt;">a &lt; b &amp; c<br></a>'
