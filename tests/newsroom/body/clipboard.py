"""HTML in the shapes in which word processors put a text on the clipboard."""

from collections.abc import Iterator

from hypothesis import strategies as st

HEAD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta name=Generator
content="Microsoft Word 15"><!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm;} @list l0:level1 {mso-level-text:"%1.";} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
"""
FOOT = "\n<!--EndFragment--></body></html>"
MARKERS = ["·", "o", "§", "–", "1.", "2.", "17.", "(3)", "a.", "iv)", "1.2.", "Art. 5"]


def word(content: str) -> str:
    return HEAD + content + FOOT


def docs(content: str) -> str:
    """Return what Google Docs makes: all of it in a `b` that is not bold."""
    return (
        '<meta charset=\'utf-8\'><b style="font-weight:normal;" id="docs-internal-guid-7f">'
        f'{content}</b><br class="Apple-interchange-newline">'
    )


def item(marker: str, content: str, level: int = 1) -> str:
    """Return an item of a list as Word writes it: a paragraph that shows its own marker."""
    return (
        f"<p class=MsoListParagraphCxSpMiddle style='text-indent:-18.0pt;mso-list:l0 level{level}"
        " lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:"
        f"Ignore'>{marker}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span></span>"
        f"</span><![endif]>{content}<o:p></o:p></p>\n"
    )


def online_item(tag: str, number: int, content: str, level: int = 1) -> str:
    """Return an item of a list as Word on the web writes it: a list of its own."""
    return (
        f'<div class="ListContainerWrapper SCXW1 BCX0"><{tag} class="ListStyle1 SCXW1" role="list"'
        f' start="{number}"><li data-leveltext="%1." data-aria-posinset="{number}"'
        f' data-aria-level="{level}" role="listitem" class="OutlineElement Ltr"><p class="Paragraph'
        f' SCXW1"><span data-contrast="auto" class="TextRun">{content}</span><span class="EOP"'
        f' data-ccp-props="{{}}">&nbsp;</span></p></li></{tag}></div>'
    )


def docs_list(items: list[tuple[int, str]], tag: str = "ul") -> str:
    """Return items with their levels as Google Docs writes them: lists beside their items."""
    made, depth = "", 0
    for level, content in items:
        made += f"<{tag}>" * (level - depth) + f"</{tag}>" * (depth - level)
        made += (
            f'<li dir="ltr" style="list-style-type:disc" aria-level="{level}"><p dir="ltr"'
            f' role="presentation"><span style="font-weight:400">{content}</span></p></li>'
        )
        depth = level
    return made + f"</{tag}>" * depth


_RUNS = [
    "{}",
    "<b style='mso-bidi-font-weight:normal'>{} </b>",
    "<i>{}</i>",
    "<span style='font-weight:700'>{}</span>",
    "<span lang=EN-GB style='font-size:9.0pt;color:red'>{}<o:p></o:p></span>",
    '<a href="https://www.google.com/url?q=https://example.org/x%3Fa%3D1&amp;sa=D">{}</a>',
    '<a href="https://example.org/"><span class=MsoHyperlink>{}</span></a>',
    "<sup>{}</sup>",
    "<b>{}</b><br>",
    "<br><i>{} </i>",
    "<s>{}</s>",
    "<span style='mso-spacerun:yes'>&nbsp; </span>{}",
    '<ins cite="mailto:Ann">{}</ins>',
    '<st1:place w:st="on">{}</st1:place>',
    "<span style='mso-tab-count:1'>    </span>{}\n",
    '<a name="_Toc1"></a>{}',
    '{}<a href="#_ftn1" title=""><span class=MsoFootnoteReference>[2]</span></a>',
]
_LOST_RUNS = [
    '<del cite="mailto:Ann" datetime="2026-01-01T10:00">{}</del>',
    '<span class=MsoCommentReference><a class=msocomanchor href="#_msocom_1">{}</a></span>',
    "<span style='display:none;mso-hide:all'>{}</span>",
]
# Nothing of these may act in a page; their words are text, or named.
_ACTIVE = [
    '<a href="javascript:x()" onclick="x()">{}</a>',
    '<a href="https://www.google.com/url?q=javascript:x()">{}</a>',
    "<span style=\"mso-list:Ignore;background:url('javascript:x()')\" onmouseover=x()>{}</span>",
    '<img src="x" onerror="x()" alt="">{}',
    '<svg onload="x()"><text>{}</text></svg>',
    "<script>x('{}')</script>",
    '<object data="data:text/html,x()">{}</object>',
    "<!--[if mso]><script>x()</script><![endif]-->{}",
    '<form action="/x"><button formaction="javascript:x()">{}</button></form>',
]
_BLOCKS = [
    "<p class=MsoNormal>{}<o:p></o:p></p>\n",
    "<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoTitle>{}</p>\n",
    "<h1>{}</h1>\n",
    '<h2 dir="ltr"><span style="font-weight:400">{}</span></h2>',
    '<p class="Paragraph" role="heading" aria-level="2">{}</p>',
    "<table class=MsoTableGrid><tr><td><p><b>{}</b></p></td><td>1</td></tr><tr><td>2</td></tr>"
    "</table>",
    "<p class=MsoListParagraph style='margin-left:36pt'>{}</p>",
    "<div style='mso-element:footnote-list'><hr size=1><div style='mso-element:footnote'>"
    '<p class=MsoFootnoteText><a href="#_ftnref1">[2]</a>{}</p></div></div>',
    "<blockquote>{}</blockquote>",
]
_LOST_BLOCKS = [
    "<div style='mso-element:comment-list'><div style='mso-element:comment'><div class=msocomtxt>"
    "<p class=MsoCommentText>{}</p></div></div></div>",
]


def _words() -> Iterator[str]:
    number = 0
    while True:
        yield f"w{number}w"
        number += 1


@st.composite
def documents(draw: st.DrawFn, lost: bool = False) -> str:
    """Make a document of one of the programs; every word in it is another (`w0w`, `w1w`)."""
    words = _words()
    runs = _RUNS + (_LOST_RUNS + _ACTIVE if lost else [])
    blocks = _BLOCKS + (_LOST_BLOCKS if lost else [])

    def line() -> str:
        chosen = draw(st.lists(st.sampled_from(runs), min_size=1, max_size=4))
        return " ".join(run.format(next(words)) for run in chosen)

    made = ""
    for kind in draw(st.lists(st.sampled_from(["block", "item", "online", "docs"]), max_size=8)):
        level = draw(st.integers(1, 3))
        if kind == "block":
            made += draw(st.sampled_from(blocks)).format(line())
        elif kind == "item":
            made += item(draw(st.sampled_from(MARKERS)), line(), level)
        elif kind == "online":
            made += online_item(draw(st.sampled_from(["ul", "ol"])), level, line(), level)
        else:
            made += docs_list([(1, line()), (level, line()), (1, line())])
    return draw(st.sampled_from([word, docs]))(made)
