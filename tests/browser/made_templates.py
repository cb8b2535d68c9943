"""Templates that are made up at random, and what they are rendered with."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

KINDS = ("table", "svg", "rtl", "pre", "article", "list", "form", "math")
_TEXTS = (
    "Rødt & blått",
    "a < b",
    "שלום",
    "😀 x",
    "  two  spaces ",
    "&amp;",
    "",
    "\n",
    "1.234",
    "\xa0",
)
_ATTRIBUTES = (
    'class="a  b"',
    "hidden",
    "title='it\"s'",
    "data-x=1",
    'LANG="de"',
    "id={{ n }}",
    'aria-label="{{ text }}"',
    'href="/a?b=1&amp;c=2"',
    'data-time=""',
)
_VALUES = (
    "{{ text }}",
    "{{ n }}",
    "{{ half }}",
    "{{ moment|date:'l j F H:i' }}",
    "{{ moment }}",
    "{{ missing }}",
    "{{ yes|yesno }}",
    "{{ markup|safe }}",
    "{% if yes %}{{ n|add:1 }}{% else %}no{% endif %}",
    "{% for each in each_text %}<i>{{ each }}</i>{% endfor %}",
    "<!-- {{ n }} -->",
    "&copy; &#x1f600; &notanentity;",
)
_INLINE = ("b", "em", "span", "A", "code", "small", "my-word", "time", "button")


def made(seed: int) -> tuple[str, str, dict[str, Any]]:
    """Return the kind, the source of a template of one element, and its context."""
    dice = Random(seed)
    kind = KINDS[seed % len(KINDS)]
    maker = _Maker(dice)
    return kind, getattr(maker, kind)(), _context(dice)


def _context(dice: Random) -> dict[str, Any]:
    return {
        "text": dice.choice(_TEXTS),
        "n": dice.randrange(10**6),
        "half": dice.random() * 10**4,
        "moment": datetime(2026, 11, 29, 23, tzinfo=UTC) + timedelta(hours=dice.randrange(9000)),
        "yes": dice.random() < 0.5,
        "markup": dice.choice(("<b>x</b>", "<p>1<p>2", "<b>a<i>b</b>c</i>", "x<br>y<hr>", "")),
        "each_text": [dice.choice(_TEXTS) for _ in range(dice.randrange(4))],
    }


class _Maker:
    def __init__(self, dice: Random) -> None:
        self._dice = dice

    def table(self) -> str:
        rows = "".join(
            f"<tr{self._attributes()}>{self._cells()}" for _ in range(self._dice.randint(1, 3))
        )
        return self._dice.choice(
            (
                f"<tr{self._attributes()}>{self._cells()}</tr>",
                f"<table{self._attributes()}><caption>{self._inline()}</caption>{rows}</table>",
                f"<tbody{self._attributes()}>{rows}</tbody>",
                f"<table><thead>{rows}<tbody>{rows}</table>",
            )
        )

    def svg(self) -> str:
        inner = "".join(
            self._dice.choice(
                (
                    "<path d='M0 0'/>",
                    '<use xlink:href="#a"></use>',
                    "<text>{{ text }}</text>",
                    f"<foreignObject><p>{self._inline()}</p></foreignObject>",
                    '<linearGradient gradientUnits="x"/>',
                    "<g><title>{{ n }}</title></g>",
                )
            )
            for _ in range(self._dice.randint(1, 5))
        )
        svg = f'<svg viewBox="0 0 {{{{ n }}}} 9" preserveaspectratio=none>{inner}</svg>'
        return self._dice.choice((svg, f"<p{self._attributes()}>{self._inline()}{svg}</p>"))

    def rtl(self) -> str:
        text = f"{self._inline()}<bdi>{{{{ text }}}}</bdi>{self._inline()}"
        return f'<div dir="rtl" lang="he"><p>{text}</div>'

    def pre(self) -> str:
        breaks = "\n" * self._dice.randrange(4)
        name = self._dice.choice(("pre", "textarea"))
        inner = self._inline() if name == "pre" else "{{ text }}"
        return f"<section><{name}>{breaks}  {{{{ text }}}}\n\t{inner}\n</{name}></section>"

    def article(self) -> str:
        parts = "".join(
            self._dice.choice(
                (
                    f"<h2>{self._inline()}</h2>\n  ",
                    f"<p>{self._inline()}\n  ",
                    f"<blockquote>{self._inline()}</blockquote>",
                    "<img src='/a.png' srcset='/a.png 1x, /b.png 2x' alt='{{ text }}'>",
                    f"<details open><summary>{self._inline()}</summary>x</details>",
                )
            )
            for _ in range(self._dice.randint(1, 6))
        )
        return f"\n<article{self._attributes()}>\n  {parts}</article>\n"

    def list(self) -> str:
        items = "".join(f"<li>{self._inline()}\n" for _ in range(self._dice.randint(1, 5)))
        name = self._dice.choice(("ul", "ol", "OL start={{ n }}"))
        return f"<{name}>{items}</{name.split()[0]}>"

    def form(self) -> str:
        return (
            f"<form{self._attributes()}><label>{self._inline()}<input value='{{{{ text }}}}'"
            "{% if yes %} checked{% endif %}></label><select><option>1<option selected>{{ n }}"
            "<optgroup label=x><option>3</select></form>"
        )

    def math(self) -> str:
        return f"<p>{self._inline()}<math><mi>x</mi><mo>=</mo><mn>{{{{ n }}}}</mn></math></p>"

    def _cells(self) -> str:
        return "".join(
            self._dice.choice(
                (f"<td>{self._inline()}", f"<th scope=row>{self._inline()}</th>", "<td></td>")
            )
            for _ in range(self._dice.randint(1, 4))
        )

    def _inline(self, depth: int = 0) -> str:
        parts = []
        for _ in range(self._dice.randint(0, 3)):
            if depth < 3 and self._dice.random() < 0.4:
                name = self._dice.choice(_INLINE)
                parts.append(f"<{name}{self._attributes()}>{self._inline(depth + 1)}</{name}>")
            else:
                parts.append(self._dice.choice(_VALUES + _TEXTS))
        return " ".join(parts)

    def _attributes(self) -> str:
        chosen = self._dice.sample(_ATTRIBUTES, self._dice.randrange(3))
        return "".join(f" {attribute}" for attribute in chosen)
