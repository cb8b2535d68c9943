"""Check the translations, or bring them up to date: `messages.py [--update]`.

Each text that the sources mark for translation must have a translation in each language, not a
fuzzy one, with the same placeholders; no other text may have one; and each `django.mo` must match
its `django.po`. With `--update`, new texts are added without a translation, old ones are removed,
and each `django.mo` is compiled.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "stoppress"
LANGUAGES = ("de",)
# `live` is installed without the rest, so it has its own texts.
LIVE, NEWSROOM = PACKAGE / "live", PACKAGE / "newsroom"

NAMES = {"gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None}
# Functions of `stoppress.newsroom.phrase`, and of `stoppress.outside.no_answer`, which it wraps.
PHRASES = {"Phrase": None, "marked": None, "NoAnswer": None, "NotAllowed": None}
PLURALS = {"ngettext": (1, 2), "ngettext_lazy": (1, 2)}
IN_CONTEXT = {"pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2)}
KEYWORDS = {**NAMES, **PHRASES, **PLURALS, **IN_CONTEXT, "npgettext": ((1, "c"), 2, 3)}
# The form in which Django passes a template to a program that reads C.
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*((?:(?:{STRING})\s*,?\s*)+)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w+[^>]*>")
# Header lines of a catalogue that have the time or the program of its writing, or nothing.
NOISE = re.compile(
    '^(#.*|"(POT-Creation-Date|PO-Revision-Date|Project-Id-Version|Report-Msgid-Bugs-To|'
    'Last-Translator|Language-Team|Generated-By):.*")\n',
    re.MULTILINE,
)

Text = tuple[str | tuple[str, ...], str | None]  # with its plural, and its context


def main() -> None:
    trouble = []
    for holder in (LIVE, NEWSROOM):
        texts = set(texts_of(holder))
        for language in LANGUAGES:
            path = holder / "locale" / language / "LC_MESSAGES" / "django.po"
            if "--update" in sys.argv[1:]:
                update(path, texts, language)
            trouble += [f"{path.relative_to(PACKAGE)}: {line}" for line in wrong(path, texts)]
    print(*trouble, sep="\n")
    sys.exit(1 if trouble else 0)


def texts_of(holder: Path) -> Iterator[Text]:
    """Yield the texts of the sources that belong to a part's catalogues."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in {".py", ".html"} and (LIVE in path.parents) == (holder == LIVE):
            yield from in_python(path) if path.suffix == ".py" else in_template(path.read_text())


def in_python(path: Path) -> Iterator[Text]:
    for _, texts, _, context in extract_from_file("python", path, KEYWORDS):
        # Babel gives the context first, and the text or its two forms after it.
        words = texts[1:] if isinstance(texts, tuple) and context else texts
        yield (words[0] if isinstance(words, tuple) and len(words) == 1 else words), context


def in_template(source: str) -> Iterator[Text]:
    for name, given in CALL.findall(templatize(source)):
        strings = [ast.literal_eval(each) for each in re.findall(STRING, given)]
        context = strings.pop(0) if "p" in name.removesuffix("gettext") else None
        yield tuple(strings[:2]) if name.startswith("n") else strings[0], context


def update(path: Path, texts: set[Text], language: str) -> None:
    """Write a catalogue with exactly these texts, and its compiled form."""
    known = read(path) if path.exists() else Catalog()
    fresh = Catalog(locale=language, fuzzy=False, project="Stop Press", charset="utf-8")
    for text, context in sorted(texts, key=repr):
        before = known.get(text if isinstance(text, str) else text[0], context)
        fresh.add(text, before.string if before else "", context=context)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=100, omit_header=False, no_location=True)
    path.write_text(NOISE.sub("", path.read_text()).lstrip())
    if not is_made(path):  # its header would have another time
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))


def wrong(path: Path, texts: set[Text]) -> Iterator[str]:
    """Yield a line for each fault of a catalogue."""
    catalogue = read(path)
    known: dict[Text, Message] = {
        (message.id if isinstance(message.id, str) else tuple(message.id), message.context): message
        for message in catalogue
        if message.id
    }
    for text in sorted(texts - known.keys(), key=repr):
        yield f"{text[0]!r} is missing: run `make messages`, and translate it."
    for text in sorted(known.keys() - texts, key=repr):
        yield f"{text[0]!r} is in no source any more: run `make messages`."
    for message in known.values():
        yield from wrong_in(message)
    yield from (f"{text!r} is obsolete: run `make messages`." for text in catalogue.obsolete)
    if not is_made(path):
        yield "django.mo does not say the same: run `make messages`."


def wrong_in(message: Message) -> Iterator[str]:
    said = message.string or ""
    forms = [said] if isinstance(said, str) else list(said)
    texts = [message.id] if isinstance(message.id, str) else list(message.id)
    if message.fuzzy or not all(forms):
        yield f"{texts[0]!r} has no translation."
    for pattern in (PLACEHOLDER, TAG):
        wanted = set(pattern.findall(texts[-1]))
        if any(set(pattern.findall(form)) != wanted for form in forms if form):
            yield f"{texts[0]!r}: the translation has other placeholders or tags."


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def is_made(path: Path) -> bool:
    """Return whether the `django.mo` of a catalogue has the same translations."""
    made = path.with_suffix(".mo")
    if not made.exists():
        return False
    with made.open("rb") as file:
        return translations(read_mo(file)) == translations(read(path))


def translations(catalogue: Catalog) -> dict[tuple[object, object], object]:
    """Return the translation of each translated text in a catalogue."""
    return {
        (parts(each.id), each.context): parts(each.string)
        for each in catalogue
        if each.id and each.string
    }


def parts(text: str | Sequence[str]) -> tuple[str, ...]:
    """Return a text, or one and its plural, as a tuple: Babel has lists or tuples of them."""
    return (text,) if isinstance(text, str) else tuple(text)


if __name__ == "__main__":
    main()
