"""Strategies for the text of stories, and for edits; independent of noise and of our code."""

from dataclasses import dataclass

from hypothesis import strategies as st

WORDS = [
    *("the", "a", "two", "ten", "17", "3.5", "of", "in", "by", "was", "were", "will", "not"),
    *(
        "after",
        "before",
        "mayor",
        "harbour",
        "bridge",
        "council",
        "fire",
        "budget",
        "storm",
        "vote",
    ),
    *("school", "train", "river", "price", "doctor", "winner", "Ann", "O'Neill", "Łódź", "naïve"),
    *("cost", "£40", "10%", "R&D", "over", "under", "against", "Friday", "1999", "half", "nobody"),
    *("“quote”", "–", "left", "right", "東京", "שלום", "مدينة"),
]
PLACES = ("headline", "text", "link", "page", "alt")


@dataclass(frozen=True)
class Said:
    """The content of a story: its words, and the page of its link."""

    headline: str
    text: tuple[str, ...]
    link: str
    page: str
    alt: str


sentences = st.lists(st.sampled_from(WORDS), min_size=3, max_size=12).map(" ".join)
pages = st.integers(1, 10_000).map("report-{}".format)
stories = st.builds(
    Said,
    headline=sentences,
    text=st.lists(sentences, min_size=1, max_size=4).map(tuple),
    link=sentences,
    page=pages,
    alt=sentences,
)


@st.composite
def edited(draw: st.DrawFn, said: Said) -> Said:
    """Draw a story that differs in one place, by a word or by the page of its link."""
    place = draw(st.sampled_from(PLACES))
    told = {name: getattr(said, name) for name in PLACES}
    if place == "page":
        told["page"] = draw(pages.filter(lambda page: page != said.page))
    elif place == "text":
        at = draw(st.integers(0, len(said.text) - 1))
        told["text"] = (*said.text[:at], draw(another(said.text[at])), *said.text[at + 1 :])
    else:
        told[place] = draw(another(told[place]))
    return Said(**told)


@st.composite
def another(draw: st.DrawFn, sentence: str) -> str:
    """Draw a sentence with one word added, removed or replaced."""
    words = sentence.split()
    at = draw(st.integers(0, len(words) - 1))
    match draw(st.sampled_from(["more", "less", "other"])):
        case "more":
            words.insert(at, draw(st.sampled_from(WORDS)))
        case "less" if len(words) > 1:
            del words[at]
        case _:
            words[at] = draw(st.sampled_from([word for word in WORDS if word != words[at]]))
    return " ".join(words)
