import pytest

from stoppress.newsroom.direction import direction, is_right_to_left


@pytest.mark.parametrize(
    "language",
    ["ar", "AR-EG", "he", "iw", "fa", "fa-AF", "ur", "ps", "yi", "dv", "ckb", "syr", "az-Arab"]
    + ["pa-Arab-PK", "pa-PK", "ku-IQ", "uz-af", "ms-Arab", "en-Hebr", "zh-min-nan-Arab"],
)
def test_a_language_from_right_to_left_is_known_by_its_tag(language):
    assert is_right_to_left(language)


@pytest.mark.parametrize(
    "language",
    ["en", "de-CH", "zh-Hant-TW", "pa", "pa-IN", "az", "az-Latn-IR", "ku", "ar-Latn", "uz"]
    + ["en-x-Arab", "en-a-Arab", "x-ar", "sl-rozaj-1994", "arn", "he-Latn-IL"],
)
def test_a_language_from_left_to_right_is_known_by_its_tag(language):
    assert not is_right_to_left(language)


def test_a_foreign_name_at_the_beginning_turns_no_text_round():
    assert direction("ar", "Reuters: افتتاح الجسر") == "rtl"
    assert direction("he", "BBC NEWS") == "rtl"
    assert direction("en", "שלום was the word of the year") == "ltr"


def test_the_direction_of_a_text_without_a_language_follows_its_letters():
    assert direction("en", "افتتاح الجسر") == "rtl"
    assert direction("en", "iPhone: הטלפון החדש יוצא לדרך") == "rtl"
    assert direction("en", "7 %") == "ltr"
    assert direction("en", "€ 7") == "ltr"
