from stoppress.newsroom.body.excerpt import excerpt


def test_what_is_cut_says_so() -> None:
    assert excerpt("short\n  words") == "“short words”"
    assert excerpt("abcdef", 6) == "“abcdef”"
    assert excerpt("abcdefg", 6) == "“abcde…”"
    assert excerpt("x" * 1000) == f"“{'x' * 59}…”"
