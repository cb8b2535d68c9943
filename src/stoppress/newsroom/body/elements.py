"""The closed set of elements that a body is made of, and what others become."""

VOID = frozenset({"br", "hr", "img"})
BLOCKS = frozenset({"p", "h2", "h3", "pre"})
LISTS = frozenset({"ul", "ol"})
CELLS = frozenset({"td", "th"})
ROWS = frozenset({"thead", "tbody"})
TABLE = CELLS | ROWS | {"table", "tr"}
CONTAINERS = LISTS | TABLE | {"li", "blockquote", "figure", "figcaption"}
# These may stand in themselves: the exponent of an exponent is not the exponent.
RAISED = frozenset({"sup", "sub"})
INLINES = RAISED | {"a", "em", "strong", "code", "s"}
# No elements, but what ends one for the text within: in bold, a part of normal weight.
ENDS = {"unbold": "strong", "upright": "em"}
ELEMENTS = VOID | BLOCKS | CONTAINERS | INLINES

SPANS = ("colspan", "rowspan")
ATTRIBUTES = {
    "a": ("href",),
    "img": ("src", "alt", "width", "height"),
    "ol": ("start",),
    "td": SPANS,
    "th": ("scope", *SPANS),
}

MAPPED = {
    **{"b": "strong", "i": "em", "del": "s", "strike": "s"},
    **{"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"},
    **{"tfoot": "tbody", "menu": "ul", "dir": "ul", "listing": "pre"},
}
# Their text goes on, in a paragraph of its own.
_WRAPPERS = """
    address article aside caption center dd details dialog div dl dt fieldset footer form header
    hgroup legend main nav search section summary
"""
WRAPPERS = frozenset(_WRAPPERS.split())
