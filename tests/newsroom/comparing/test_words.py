import pytest

from stoppress.newsroom.comparing.words import runs, tokens
from tests.effort import no_more_cpu_than


def marked(before, after, most=100):
    marks = {"same": "{}", "deleted": "[-{}-]", "inserted": "[+{}+]"}
    return "".join(marks[run.kind].format(run.text) for run in runs(before, after, most))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("It is open.", "It is open.", "It is open."),
        ("", "New.", "[+New.+]"),
        ("Old.", "", "[-Old.-]"),
        ("It was shut at nine.", "It is shut at ten.", "It [-was-][+is+] shut at [-nine-][+ten+]."),
        # A phrase stays whole: the space within is no island.
        ("It was shut at nine.", "It is open at nine.", "It [-was shut-][+is open+] at nine."),
        ("Ann’s 3 boats", "Ann’s 4 boats", "Ann’s [-3-][+4+] boats"),
        ("東京は晴れ", "京都は晴れ", "[-東-]京[+都+]は晴れ"),
        ("कि", "की", "[-कि-][+की+]"),
    ],
)
def test_words_are_kept_deleted_or_inserted(before, after, expected):
    assert marked(before, after) == expected


def test_both_texts_can_be_read_from_the_runs():
    before, after = "He said: “No, never!” — twice.", "She said, “No; not ever” — once."
    found = runs(before, after, 100)
    assert "".join(run.text for run in found if run.kind != "inserted") == before
    assert "".join(run.text for run in found if run.kind != "deleted") == after


def test_too_many_changes_become_one_deletion_and_one_insertion():
    assert marked("a b c", "d e f", most=2) == "[-a b c-][+d e f+]"


def test_tokens_are_the_text():
    text = "Ok-now, O’Neil:\t東京 3.5 👩‍🚒 e\u0301t\u00e9 🇩🇪🇫🇷\n"
    assert "".join(tokens(text)) == text
    assert {"Ok-now", "O’Neil", "東", "👩‍🚒", "e\u0301t\u00e9", "🇩🇪", "🇫🇷"} <= set(tokens(text))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a \u202e b \u202c c", "a b \u202c c"),
        ("a \u202e b \u202c c", "a \u202e b c"),
        ("a \u2067 b \u2069 c", "a b \u2069 c"),
        ("a \u2067 b \u202e \u202c \u2069 c", "a \u2067 b \u202e c"),
        ("a \u202e\u2067 b", "a \u2067 b"),
    ],
)
def test_a_run_ends_each_direction_that_it_begins(before, after):
    for run in runs(before, after, 100):
        open_ends: list[str] = []
        for sign in run.shown:
            if sign in "\u202e\u2067":
                open_ends.append("\u202c" if sign == "\u202e" else "\u2069")
            elif open_ends and sign == open_ends[-1]:
                open_ends.pop()
        assert open_ends == []
        assert run.shown.startswith(run.text)


# One character of each kind that goes with its neighbours.
RUNS = {
    "flags": "\U0001f1e6",
    "flags with joiners": "\U0001f1e6\u200d",
    "marks on a sign": "!\u0301",
    "marks": "\u0301",
    "joiners": "\u200d",
    "joined pictures": "\U0001f469\u200d",
    "syllables begun": "\u1100",
    "syllables": "\u1161\u11a8",
    "conjuncts": "\u0915\u094d",
    "prepended signs": "\u0600",
    "tags": "\U000e0061",
}


@pytest.mark.parametrize("name", RUNS)
def test_a_long_run_of_one_kind_takes_no_long_time(name):
    text = RUNS[name] * (30_000 // len(RUNS[name]))
    with no_more_cpu_than(0.5):
        found = tokens(f"!{text}")
    assert "".join(found) == f"!{text}"
