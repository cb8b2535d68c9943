"""Addresses of one page are normalised to one result."""

import pytest

from stoppress.ingest.pages import page, picture, site_of, target, without_count
from tests.effort import no_more_cpu_than

A = "https://x.example/news/a"


@pytest.mark.parametrize(
    "address",
    [
        "http://x.example/news/a",
        "https://www.x.example/news/a/",
        "https://m.x.example/news/a",
        "https://amp.x.example/news/a",
        "https://x.example/amp/news/a",
        "https://x.example/news/a/amp/",
        "HTTPS://X.example:443/news/a",
        A + "?utm_source=rss&UTM_medium=feed",
        A + "?at_medium=RSS&at_campaign=rss&fbclid=x&CMP=rss",
        A + "?PHPSESSID=1f&sid=2&session_id=3",
        A + ";jsessionid=1F",
        A + "?ref=rss&source=feed&cid=rss-17",
        A + "?emc=rss&feedType=RSS&_ga=1.2&from=rss",
        A + "/index.html",
        "https://x.example./news/a",
        A + "#xtor=RSS-1",
        A + "#rss",
        A + "#:~:text=fire",
        A + "?_gl=1*x&li_fat_id=1-2&itm_source=x&soc_src=y&elqTrackId=7f&s_kwcid=AL!1",
        A + "?src=rss&share=x&feature=feed&rss",
        "https://x.example//news/./b/../a",
        "https://www.google.com/url?q=https%3A%2F%2Fx.example%2Fnews%2Fa&sa=D&ust=1767603600000",
        "https://t.example/r?x=17&url=https%3A%2F%2Fwww.x.example%2Fnews%2Fa%3Futm_source%3Drss",
    ],
)
def test_addresses_of_one_page_come_out_as_one(address: str) -> None:
    assert page(address) == page(A) == "x.example/news/a"


@pytest.mark.parametrize(
    "address",
    [
        "https://x.example/news/b",
        "https://y.example/news/a",
        "https://sport.x.example/news/a",
        "https://x.example:8000/news/a",
        A + "?id=17",
        A + "?page=2",
        A + "?cid=17",
        A + "?ref=17",
        A + "?src=17",
        A + "?share=17",
        "https://x.example/url?u=1&p=https://x.example/news/a",
        "https://x.example/search?q=https://x.example/news/a",
        A + "#post-2",
        "https://share.example/share?u=https://x.example/news/a",
        "https://x.example/comments?url=https://x.example/news/a",
        "https://x.example/go?url=https://x.example/news/a&id=17",
    ],
)
def test_addresses_of_other_pages_do_not(address: str) -> None:
    assert page(address) != page(A)


def test_a_page_about_shareholders_is_not_a_share_link() -> None:
    assert page("https://t.example/shareholders/r?url=" + A) == page(A)


def test_letters_beyond_ascii_may_be_written_as_bytes() -> None:
    one, other, raw = ("https://x.example/" + name for name in ("caf%c3%a9", "caf%C3%A9", "café"))
    assert page(one) == page(other) == page(raw)
    assert page("https://x.example/caf%e9") == page("https://x.example/caf%E9") != page(raw)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.example/%7Eann/a%2Db", "https://x.example/~ann/a-b"),
        ("https://x.example/a?q=caf%C3%A9", "https://x.example/a?q=café"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://web1.x.example/a", "https://web2.x.example/a"),
        ("https://lb-1.x.example/a", "https://lb-2.x.example/a"),
    ],
)
def test_spellings_of_an_address_are_equal(one: str, other: str) -> None:
    assert page(one) == page(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.example/a%2Fb", "https://x.example/a/b"),
        ("https://x.example/a%3Fb", "https://x.example/a?b"),
        ("https://web1.example/a", "https://web2.example/a"),
        ("https://node17.example/a", "https://node18.example/a"),
    ],
)
def test_separators_and_the_site_name_of_an_address_are_kept(one: str, other: str) -> None:
    assert page(one) != page(other)


def test_an_invalid_host_stays_as_it_is() -> None:
    for host in ("é" * 300, "é..x", "é" * 70 + ".example"):
        assert page(f"https://{host}/a") == f"{host}/a"


def test_a_parameter_that_names_a_picture_does_so_though_it_tracks_in_links() -> None:
    assert picture("https://x.example/i?src=a.jpg") != picture("https://x.example/i?src=b.jpg")


@pytest.mark.parametrize("name", ["sid", "session", "adid", "zoneid", "trkid", "ns_id", "at_id"])
def test_a_number_names_a_page_of_a_script_where_nothing_else_does(name: str) -> None:
    script = "https://x.example/article.php"
    assert page(f"{script}?{name}=17") != page(f"{script}?{name}=18")
    assert target(f"{script}?{name}=17&utm_id=1") == target(f"{script}?{name}=17&utm_id=2")
    assert target(f"{script}?{name}=17") != target(f"{script}?{name}=18")
    assert page(f"{script}?p=1&{name}=17") == page(f"{script}?p=1&{name}=18")
    assert page(f"{script}?{name}=1f") == page(f"{script}?{name}=2f")


def test_small_advertisements_are_pages() -> None:
    assert page("https://x.example/ads/view?id=17") != page("https://x.example/ads/view?id=18")


def test_the_order_of_parameters_does_not_matter() -> None:
    assert page(A + "?b=2&a=1") == page(A + "?a=1&amp;b=2")


@pytest.mark.parametrize(
    "count", ["?v=2", "?rev=13", "#0", "#v2", "?version=2#1", "?lastmod=1767603600"]
)
def test_a_link_may_count_the_edits_of_its_page(count: str) -> None:
    assert without_count(page(A + count)) == page(A) != page(A + count)


@pytest.mark.parametrize("more", ["?v=dQw4w9", "#post-2", "?id=2", "/2"])
def test_numbers_that_do_not_count_edits_are_kept(more: str) -> None:
    assert without_count(page(A + more)) == page(A + more)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://ads.example/c?x=1", "https://ads.example/c?x=2"),
        ("https://ads.example/c?id=1", "https://ad.sales.example/17/banner"),
        ("https://feeds.feedburner.com/~ff/x?a=1:y", "https://feeds.feedburner.com/~ff/x?a=2:y"),
        ("https://shop.example/offer?t=1767603600", "https://shop.example/offer?t=1767603601"),
        ("https://x.example/ads/click?to=1", "https://x.example/ads/click?to=2"),
        ("https://shop.example/offer?x=1&k=2", "https://shop.example/offer?x=3"),
        ("https://shop.example/offer?item=7&k=2", "https://shop.example/offer?k=3&item=7"),
        (A + "?of=town&utm_source=a", A + "?of=town&fbclid=b"),
        ("https://shop.example/?date=1767607200", "https://shop.example/?date=1767607300"),
        ("https://y.example/d.pdf?X-Amz-Date=2", "https://y.example/d.pdf?X-Amz-Date=3"),
        (A + "?X-Amz-Signature=1&Expires=2", A + "?X-Amz-Signature=2&Expires=3"),
        ("https://y.example/c?key=9f8e7d6c5b4a39281", "https://y.example/c?key=1a2b3c4d5e6f70819"),
        (A + "#xtor=1", A),
    ],
)
def test_a_meaningless_change_of_a_link_is_ignored(one: str, other: str) -> None:
    assert target(one, "x.example") == target(other, "x.example")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://y.example/report", "https://y.example/report-2"),
        ("https://y.example/?id=17", "https://y.example/?id=18"),
        ("https://y.example/?articleId=17", "https://y.example/?articleId=18"),
        ("https://video.example/watch?v=a", "https://video.example/watch?v=b"),
        ("https://forum.example/topic?f=2&t=17", "https://forum.example/topic?f=2&t=18"),
        ("https://y.example/?17", "https://y.example/?18"),
        (A + "?of=town", A + "?of=county"),
        (A + "#results", A + "#table"),
        ("https://law.example/TXT/?uri=CELEX:32016R0679", "https://law.example/TXT/?uri=CELEX:3"),
        ("https://y.example/vote?bill=12", "https://y.example/vote?bill=13"),
        ("https://maps.example/?ll=1,2", "https://maps.example/?ll=3,4"),
        ("https://y.example/?articleid=9f8e7d6c5b4a39281", "https://y.example/?articleid=1"),
        ("https://pixel.example/phones/1", "https://pixel.example/phones/2"),
        ("https://www.ad.example/nieuws/1", "https://www.ad.example/nieuws/2"),
        ("https://ads.example/1", A),
        ("mailto:a@x.example", "mailto:b@x.example"),
    ],
)
def test_a_real_change_of_a_link_counts(one: str, other: str) -> None:
    assert target(one, "x.example") != target(other, "x.example")


def test_a_picture_is_known_by_its_path_and_what_names_it() -> None:
    assert picture("https://cdn1.example/a?w=1&t=2&f=x.jpg") == picture("//b.example/a?f=x.jpg&v=3")
    assert picture("https://c.example/i.php?id=17") != picture("https://c.example/i.php?id=18")
    assert picture("https://c.example/a.jpg") != picture("https://c.example/b.jpg")


def test_a_site_is_one_on_every_device_and_machine() -> None:
    assert site_of("https://www.x.example/a") == site_of("http://m.x.example:80/b") == "x.example"
    assert site_of("https://cdn1.x.example/a") == site_of("https://cdn27.x.example/a")
    assert site_of("https://team.x.example/a") == "team.x.example"
    assert site_of("https://www.mcdn1.example/a") == "mcdn1.example"
    assert site_of("") == ""


@pytest.mark.parametrize("odd", ["http://[::1", "", "x", "https://", "?", "#", "&url=http://[x"])
def test_an_odd_address_stays_as_it_is(odd: str) -> None:
    assert isinstance(page(odd) + without_count(odd) + target(odd, "") + picture(odd), str)


@pytest.mark.parametrize(
    "long",
    ["?a&" * 50_000, "/amp" * 50_000, ";sid=" * 50_000, "?url=http://x.example/?u=" * 20_000],
)
def test_a_long_address_is_processed_in_time(long: str) -> None:
    with no_more_cpu_than(1):
        page(A + long), without_count(A + long), target(A + long, ""), picture(A + long)
