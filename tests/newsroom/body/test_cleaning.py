import pytest

from stoppress.newsroom.body.cleaning import cleaned
from stoppress.newsroom.body.limits import TooCostly


def test_all_that_is_left_is_known_and_ended() -> None:
    assert cleaned("<p onclick=x>a<b>5</p>") == "<p>a<b>5</b></p>"


def test_a_name_that_a_parser_would_not_keep_is_another() -> None:
    assert cleaned("<IFRAME src=/f>5</IFRAME>") == '<x-iframe src="/f">5</x-iframe>'
    assert cleaned("<frame src=/f>") == '<embed src="/f">'


def test_what_is_opened_again_too_often_is_refused() -> None:
    with pytest.raises(TooCostly):
        cleaned(f"<p><b style={'x' * 1_000}>" + "<p>5</p>" * 3_000)
