import pytest

from stoppress.newsroom.models.source_type import (
    MACHINE_MADE,
    READ_AS,
    TERMS,
    SourceType,
    source_type_of,
)

# As in IPTC's Digital Source Type NewsCodes of October 2024.
ADDRESSES = {
    "people": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation",
    "assisted": "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced",
    "mixed": "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic",
    "translated": (
        "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    ),
    "machine": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    "program": "http://cv.iptc.org/newscodes/digitalsourcetype/dataDrivenMedia",
}


def test_each_type_has_one_term_and_each_term_one_type():
    assert {each.value: each.uri for each in SourceType} == ADDRESSES
    assert len(set(TERMS.values())) == len(SourceType)


@pytest.mark.parametrize("word", ADDRESSES)
def test_a_type_is_read_by_its_word_its_address_and_its_code(word):
    address = ADDRESSES[word]
    code = f"digsrctype:{address.rpartition('/')[2]}"
    for named in (word, address, address.replace("http:", "https:"), code):
        assert source_type_of(named) == word


def test_synonyms_of_other_vocabularies_are_read():
    assert source_type_of("digsrctype:humanEdits") == "people"
    assert source_type_of("digsrctype:algorithmicMedia") == "program"
    assert not READ_AS.keys() & TERMS.values()


@pytest.mark.parametrize(
    "named",
    [
        "",
        "Machine",
        "digitalCreation",
        "digsrctype:digitalCapture",
        "digsrctype:",
        "http://cv.iptc.org/newscodes/mediatopic/digitalCreation",
    ],
)
def test_any_other_value_is_refused(named):
    assert source_type_of(named) is None


def test_written_and_translated_types_count_as_made_by_a_machine():
    assert {each.value for each in MACHINE_MADE} == {"mixed", "translated", "machine", "program"}
