import pytest

from stoppress.newsroom.language import LANGUAGE, site_language


@pytest.mark.parametrize(
    "tag",
    ["de", "de-CH", "zh-Hant-TW", "es-419", "qaa", "sl-rozaj-biske-1994", "de-CH-1901", "zh-cmn"]
    + ["de-DE-u-co-phonebk", "en-a-bbb-x-a", "x-private", "en-x-a", "german", "EN-us"]
    + ["i-klingon", "I-DEFAULT", "en-GB-oed", "sgn-BE-FR", "art-lojban", "zh-min-nan"],
)
def test_a_well_formed_tag_is_a_language_registered_or_not(tag):
    assert LANGUAGE.fullmatch(tag)


@pytest.mark.parametrize(
    "tag",
    ["", "d", "x", "i", "i-nothing", "de-", "-de", "de--CH", "de_CH", "de-1", "de-a", "de-x"]
    + ["a-DE", "de-CH-AT", "de-CH-Latn", "de-abcdefghi", "abcdefghi", "de CH", "dé", "\u017fl"]
    + ["de\n", "419"],
)
def test_a_malformed_tag_is_no_language(tag):
    assert not LANGUAGE.fullmatch(tag)


def test_the_sites_language_is_in_its_usual_case(settings):
    settings.STOPPRESS_LANGUAGE = "PT-br"
    assert site_language() == "pt-BR"
