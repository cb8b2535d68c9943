from stoppress.ingest.markup import Markup


def test_text_and_attributes_are_escaped() -> None:
    markup = Markup()
    markup.start("a", {"href": '/"><x>'})
    markup.text("a < b & c")
    markup.start("br", {})
    markup.end("a")
    assert markup.html() == '<a href="/&quot;&gt;&lt;x&gt;">a &lt; b &amp; c<br></a>'
