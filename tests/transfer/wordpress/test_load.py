"""The articles that an export becomes."""

from datetime import UTC, datetime, timedelta

import pytest

from stoppress.newsroom.models import Article, Person, Section, Topic, Version
from stoppress.newsroom.publishing import retract_article, update_article
from stoppress.transfer.format import CannotImport, Options
from stoppress.transfer.wordpress.load import load

from .exports import SITE, export, link, post

pytestmark = pytest.mark.django_db
MAY = datetime(2020, 5, 3, 10, tzinfo=UTC)


def only_article() -> Article:
    return Article.objects.get()


def test_a_post_becomes_an_article_with_all_fields_of_wordpress(take):
    terms = [
        ("category", "world", "World"),
        ("category", "rivers", "Rivers"),
        ("post_tag", "bridges", "Bridges"),
        ("post_format", "post-format-image", "Image"),
    ]
    report = take(
        post(
            7,
            "Bridge &amp; tunnel",
            "It <b>opened</b>.\n\nToday.",
            excerpt="A day <i>late</i>",
            terms=terms,
        )
    )
    article = only_article()
    assert article.is_public
    assert article.first_published == MAY
    assert (article.headline, article.summary) == ("Bridge & tunnel", "A day late")
    assert (article.body, article.body_format) == ("It **opened**.\n\nToday.", "markdown")
    assert (article.byline, article.language) == ("Anna Lee", "en-GB")
    assert article.original_url == link(7)
    assert (article.uri, article.external_id) == (f"{SITE}/?p=7",) * 2
    assert (article.section.slug, article.section.name) == ("world", "World")
    assert list(article.topics.values_list("slug", "name")) == [
        ("bridges", "Bridges"),
        ("rivers", "Rivers"),
    ]
    assert list(article.authors.values_list("slug", "name")) == [("anna-lee", "Anna Lee")]
    assert report.splitlines()[0] == "New: 1 × article."


def test_articles_are_published_in_the_order_of_their_times(take):
    take(post(1, "New", date="2021-01-01 00:00:00"), post(2, "Old", date="2019-01-01 00:00:00"))
    listed = Article.objects.public().order_by("-order").values_list("headline", flat=True)
    assert list(listed) == ["New", "Old"]
    published = Version.objects.filter(act=Version.Act.PUBLISH).order_by("pk")
    assert [version.headline for version in published] == ["Old", "New"]


@pytest.mark.parametrize(
    ("status", "state", "desk"),
    [("draft", "withheld", "draft"), ("pending", "withheld", "submitted")],
)
def test_a_post_that_was_not_public_stays_private(take, status, state, desk):
    take(post(7, status=status))
    assert (
        only_article().pub_status,
        only_article().desk_state,
        only_article().first_published,
    ) == (state, desk, None)


def test_a_scheduled_post_stays_scheduled_and_one_that_was_due_is_public(take):
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    take(
        post(1, "Soon", status="future", date=f"{soon:%Y-%m-%d %H:%M:%S}"), post(2, status="future")
    )
    draft = Article.objects.get(headline="Soon")
    assert (draft.is_draft, draft.publish_at) == (True, soon)
    assert Article.objects.public().get().first_published == MAY


def test_private_content_is_left_out_with_a_warning(take):
    report = take(
        post(1, status="private"),
        post(2, status="trash"),
        post(3, password="s3cret"),
        post(4, type_="page"),
        post(5, status="constructor"),
    )
    assert not Article.objects.exists()
    for said in (
        "1 × post (private)",
        "1 × post (in the trash)",
        "1 × post with a password",
        "1 × page",
        "1 × post (with the status constructor)",
    ):
        assert said in report


def test_links_between_posts_lead_to_the_articles_whichever_comes_first(take):
    take(
        post(1, "One", f'See <a href="{link(2)}">two</a>.'),
        post(2, "Two", f'See <a href="{SITE}/?p=1">one</a> and <a href="{link(9)}">nine</a>.'),
    )
    first, second = Article.objects.order_by("pk")
    assert first.body == f"See [two](/articles/{second.pk}/)."
    assert second.body == f"See [one](/articles/{first.pk}/) and [nine]({link(9)})."
    # Readers have seen no other text.
    assert [each.versions.public().count() for each in (first, second)] == [1, 1]


def test_a_second_import_adds_nothing(take):
    items = [
        post(1, "One", f'See <a href="{link(2)}">two</a>.', terms=[("post_tag", "a", "A")]),
        post(2, "Two", status="pending"),
    ]
    take(*items)
    before = list(Version.objects.values_list("pk", flat=True))
    assert "2 unchanged" in take(*items)
    assert list(Version.objects.values_list("pk", flat=True)) == before
    assert (Article.objects.count(), Topic.objects.count()) == (2, 1)


def test_a_second_import_applies_changes_made_in_wordpress(take):
    take(post(7, "Bridge opens"), post(8, "Waits", status="draft"))
    report = take(post(7, "Bridge is open", "It did."), post(8, "Waits"))
    assert "2 changed, 0 unchanged" in report
    opened = Article.objects.get(external_id=f"{SITE}/?p=7")
    assert (opened.headline, opened.body, opened.first_published) == (
        *("Bridge is open", "It did.", MAY),
    )
    assert Article.objects.get(headline="Waits").is_public


def test_a_change_by_an_editor_is_kept(take):
    take(post(7, "Bridge opens", "It opened."))
    update_article(only_article(), {"headline": "Our headline"}, by="eva")
    assert "1 unchanged" in take(post(7, "Bridge opens", "It opened."))
    report = take(post(7, "Their headline", "It is open."))
    assert (only_article().headline, only_article().body) == ("Our headline", "It is open.")
    assert f"article {only_article().pk}: headline" in report
    # The import in between wrote another field: the headline is an editor's all the same.
    take(post(7, "Bridge opens", "It is open."))
    assert only_article().headline == "Our headline"


def test_a_second_import_makes_no_row_that_was_deleted_here(take):
    terms = [("category", "world", "World"), ("post_tag", "bridges", "Bridges")]
    item = post(7, terms=terms)
    take(item)
    other = Section.objects.create(slug="foreign", name="Foreign")
    update_article(only_article(), {"section": other, "topics": [], "authors": []})
    for model in (Section, Topic, Person):
        model.objects.exclude(slug="foreign").delete()
    report = take(item)
    assert [row.slug for row in Section.objects.all()] == ["foreign"]
    assert not Topic.objects.exists() and not Person.objects.exists()
    assert "section" not in report and "topic" not in report
    # An article that has it makes it anew.
    take(post(8, terms=terms))
    assert Topic.objects.get().articles.count() == 1


def test_an_article_retracted_here_stays_retracted(take):
    take(post(7))
    retract_article(only_article(), "It was wrong.", by="eva")
    assert "1 × retracted here" in take(post(7, "Bridge opens again"))
    assert only_article().is_retracted


def test_an_article_no_longer_public_in_wordpress_is_named_and_kept(take):
    take(post(7))
    report = take(post(7, status="trash"))
    assert f"“Bridge opens” (post 7): article {only_article().pk}" in report
    assert only_article().is_public


def test_a_main_category_is_the_section_and_guest_authors_are_the_authors(take):
    category = (
        "<wp:category><wp:term_id>12</wp:term_id>"
        "<wp:category_nicename>sport</wp:category_nicename></wp:category>"
    )
    terms = [
        ("category", "arts", "Arts"),
        ("category", "sport", "Sport"),
        ("author", "cap-ben", "ben"),
        ("author", "cap-guest", "guest"),
    ]
    guest = post(
        3,
        "Guest",
        type_="guest-author",
        values={"cap-user_login": "guest", "cap-display_name": "Gia Guest"},
    )
    take(category, guest, post(7, terms=terms, values={"_yoast_wpseo_primary_category": "12"}))
    assert only_article().section.slug == "sport"
    assert only_article().byline == "Ben Okri, Gia Guest"
    assert set(Person.objects.values_list("slug", flat=True)) == {"ben-okri", "gia-guest"}


@pytest.mark.parametrize(
    ("slug", "name", "made"),
    [
        ("uncategorized", "Uncategorized", None),
        ("zurich", "Zürich", "zurich"),
        ("z%c3%bcrich", "Zürich", "zurich"),
        ("%d1%81%d0%bf%d0%be%d1%80%d1%82", "Спорт", "fbcd420a"),
        ("x" * 200, "Long", "x" * 47 + "-"),
    ],
)
def test_a_section_gets_a_valid_slug(take, slug, name, made):
    take(post(7, terms=[("category", slug, name)]))
    if made is None:
        assert only_article().section is None
    else:
        assert only_article().section.slug.startswith(made)
        assert len(only_article().section.slug) <= 56


def test_a_mail_address_is_not_taken_as_a_name(take):
    take(post(7, creator="carla@old.example"))
    assert (only_article().byline, Person.objects.get().slug) == ("carla", "carla")


def test_an_existing_section_is_used_unchanged(take):
    Section.objects.create(slug="world", name="The World")
    take(post(7, terms=[("category", "world", "World")]))
    assert only_article().section.name == "The World"


def test_copies_with_the_same_guid_are_two_articles(take):
    copy = post(8, "Copy").replace(f"{SITE}/?p=8", f"{SITE}/?p=7")
    take(post(7), copy)
    assert Article.objects.count() == 2
    assert "2 unchanged" in take(post(7), copy)


def test_odd_fields_of_an_item_do_not_lose_its_text(take):
    odd = (
        post(7, "\u200b\u202e", "Text", date="0001-01-01 00:00:00", creator="\u200b")
        .replace(link(7), "javascript:alert(1)")
        .replace("<wp:post_id>7", "<wp:post_id> x ")
    )
    report = take(
        odd, post(8, terms=[("category", "\u200b", "\u200b"), ("post_tag", "", "\u202e")])
    )
    assert "Not imported" not in report
    article = Article.objects.get(headline="Text")
    assert (article.byline, article.original_url) == ("", "")
    assert article.first_published.year > 2000


def test_an_item_without_any_address_has_a_name_all_the_same(take):
    bare = post(7).replace(f"{SITE}/?p=7", "")
    odd = post(8, "Odd").replace(f"{SITE}/?p=8", f"{SITE}/\u202e?p=8  x")
    for _ in range(2):
        report = take(bare, odd)
    assert "2 unchanged" in report


def test_a_text_without_a_title_is_called_by_its_beginning(take):
    take(post(7, "", "Snow has fallen."), post(8, "", ""))
    assert set(Article.objects.values_list("headline", flat=True)) == {
        *("Snow has fallen.", "Untitled"),
    }


def test_a_post_that_cannot_be_imported_does_not_stop_the_others(take):
    report = take(post(1, "Endless", "word " * 60_000), post(2, "Short"))
    assert only_article().headline == "Short"
    assert "“Endless” (post 1): it has" in report


def test_a_damaged_file_changes_nothing(tmp_path):
    file = tmp_path / "paper.xml"
    file.write_text(export(post(1), post(2))[:-40])
    with pytest.raises(CannotImport, match="is damaged"):
        list(load(file, Options(), str))
    assert not Article.objects.exists()


def test_a_dry_run_reports_the_result_and_changes_nothing(take):
    take(post(1))
    versions = Version.objects.count()
    report = take(post(1, "Other"), post(2, terms=[("category", "world", "World")]), dry_run=True)
    assert "New: 1 × article." in report
    assert "Already here, not compared: 1." in report
    assert "1 × section" in report
    assert Version.objects.count() == versions
    assert not Section.objects.exists()
