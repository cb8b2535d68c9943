from stoppress.live.protocol.names import what_a_name_is

RULE = (
    "A stream's name has lower-case letters of ASCII, digits, ':', '_' and '-', begins with a "
    "letter or digit, and has 64 characters at most: "
)


def test_a_wrong_name_is_answered_with_the_rule_and_the_nearest_right_one():
    assert what_a_name_is("Scores") == f"{RULE}'Scores' is none. 'scores' is one."
    assert what_a_name_is("a b") == f"{RULE}'a b' is none."
