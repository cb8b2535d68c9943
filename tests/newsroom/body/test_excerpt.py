from stoppress.newsroom.body.excerpt import excerpt


def test_a_cut_excerpt_ends_with_an_ellipsis() -> None:
    assert excerpt("short\n  words") == "“short words”"
    assert excerpt("abcdef", 6) == "“abcdef”"
    assert excerpt("abcdefg", 6) == "“abcde…”"
    assert excerpt("x" * 1000) == f"“{'x' * 59}…”"
