"""The closed set of elements in a body, and the replacements of other elements."""

VOID = frozenset({"br", "hr", "img"})
BLOCKS = frozenset({"p", "h2", "h3", "pre"})
LISTS = frozenset({"ul", "ol"})
CELLS = frozenset({"td", "th"})
ROWS = frozenset({"thead", "tbody"})
TABLE = CELLS | ROWS | {"table", "tr"}
CONTAINERS = LISTS | TABLE | {"li", "blockquote", "figure", "figcaption"}
# These may be nested in themselves, because an exponent may have an exponent.
RAISED = frozenset({"sup", "sub"})
INLINES = RAISED | {"a", "em", "strong", "code", "s"}
# Pseudo-elements that end an element for the text within, such as normal weight inside bold.
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
# The elements of pictures and datelines in an item; see `pictures.in_body` and `dateline`.
SHOWN: dict[str, tuple[str, ...]] = {
    "bdi": ("class",),
    "picture": (),
    "source": ("type", "srcset", "sizes"),
}

MAPPED = {
    **{"b": "strong", "i": "em", "del": "s", "strike": "s"},
    **{"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"},
    **{"tfoot": "tbody", "menu": "ul", "dir": "ul", "listing": "pre"},
}
# These are replaced by their content, which gets its own paragraph.
_WRAPPERS = """
    address article aside caption center dd details dialog div dl dt fieldset footer form header
    hgroup legend main nav search section summary
"""
WRAPPERS = frozenset(_WRAPPERS.split())
