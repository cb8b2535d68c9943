import pytest

from stoppress.live.protocol.origins import are_origins


@pytest.mark.parametrize(
    "origins",
    [
        [],
        ["*"],
        ("https://app.example", "http://127.0.0.1:8000"),
        ["capacitor://localhost", "null", "http://[::1]:3000"],
        ["https://app.example:80", "http://app.example:443"],
    ],
)
def test_a_list_of_origins_is_accepted(origins):
    assert are_origins(origins) is True


@pytest.mark.parametrize(
    "wrong",
    [
        "*",
        None,
        {"https://app.example"},
        [5],
        ["https://app.example", "app.example"],
        ["https://app.example/"],
        ["https://App.example"],
        ["https://*.example"],
        ["https://app.example:443"],
        ["http://app.example:80"],
    ],
)
def test_a_value_that_no_browser_sends_is_no_origin(wrong):
    assert are_origins(wrong) is False
