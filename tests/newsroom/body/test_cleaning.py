import pytest

from stoppress.newsroom.body.cleaning import cleaned
from stoppress.newsroom.body.limits import TooCostly


def test_every_remaining_tag_is_known_and_closed() -> None:
    assert cleaned("<p onclick=x>a<b>5</p>") == "<p>a<b>5</b></p>"


def test_an_element_that_a_parser_treats_specially_is_renamed() -> None:
    assert cleaned("<IFRAME src=/f>5</IFRAME>") == '<x-iframe src="/f">5</x-iframe>'
    assert cleaned("<frame src=/f>") == '<embed src="/f">'


def test_an_element_reopened_too_often_is_refused() -> None:
    with pytest.raises(TooCostly):
        cleaned(f"<p><b style={'x' * 1_000}>" + "<p>5</p>" * 3_000)
