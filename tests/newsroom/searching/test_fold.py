import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.newsroom.searching.fold import fold, letters, letters_with_places, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Éclair à ZÜRICH", "eclair a zurich"),
        ("E\u0301clair", "eclair"),
        ("Straße STRASSE ẞ", "strasse strasse ss"),
        ("İSTANBUL istanbul ISI ısı", "istanbul istanbul isi isi"),
        ("Ærøskøbing Łódź Đà Nẵng þorn œuvre", "aeroskobing lodz da nang thorn oeuvre"),
        ("ΕΛΛΆΣ Ελλάς", "ελλασ ελλασ"),
        ("ПОДЪЁМ", "подъем"),
        ("أحمد إلى آل القُدْس مدينة ٢٠٢٦ ۱۲", "احمد الي ال القدس مدينه 2026 12"),
        ("می\u200cخواهم کتاب", "ميخواهم كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("ｶﾀｶﾅ カタカナ がか", "カタカナ カタカナ がか"),
        ("東京都で火災iPhone15を", "東京都で火災 iphone15 を"),
        ("한국어", "한국어"),
        ("हिन्दी समाचार", "हिन्दी समाचार"),
        ("co\u00adoperate l’éclair COVID-19", "cooperate l eclair covid 19"),
        ("ﬁnal m² ｆｕｌｌ", "final m2 full"),
        ("– * \0 🎉", ""),
    ],
)
def test_texts_that_readers_take_for_equal_fold_to_the_same(written, folded):
    assert " ".join(words(written)) == folded
    assert fold(written) == (f" {folded} " if folded else "")


def test_each_text_is_a_separate_line():
    assert fold("A tree", "", "fell down") == " a tree \n fell down "


@given(st.text(st.sampled_from("aÉßİıé\u0301\u0327ﬁ½東がｶﾞ서אָلأُ٣हि\u00ad\u200c -'’\n")))
def test_folding_again_changes_nothing_and_each_letter_has_its_place(text):
    assert words(" ".join(words(text))) == words(text)
    folded, places = letters_with_places(text)
    assert len(folded) == len(places) and places == sorted(places)
    assert all(place < len(text) for place in places)


def test_a_letter_is_folded_alone_as_in_its_text():
    for text in ("Éclair à Zürich", "שָׁלוֹם עולם", "ｶﾞ東京한국어", "हिन्दी l’ÉTÉ İı", "نُصُوص"):
        assert letters_with_places(text)[0] == letters(text)
