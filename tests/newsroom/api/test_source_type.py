"""The source type in the API: words or IPTC's terms are accepted, both are returned."""

import pytest
from django.contrib.auth.models import User

from stoppress.newsroom.models import Article
from stoppress.newsroom.models.source_type import SourceType
from stoppress.newsroom.publishing import update_article

from .caller import Caller

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("made", list(SourceType))
def test_each_source_type_goes_in_by_word_address_or_code_and_out_as_both(api, made):
    code = f"digsrctype:{made.uri.rpartition('/')[2]}"
    for named in (made.value, made.uri, code):
        article = api.article(source_type=named, pub_status="withheld")
        assert (article["source_type"], article["digital_source_type"]) == (made.value, made.uri)
        assert (article["reviewed"], article["reviewed_by"]) == (False, "")


def test_a_text_without_a_source_type_counts_as_written_by_people(api):
    assert api.article()["source_type"] == "people"
    unknown = api.article(source_type="")
    assert (unknown["source_type"], unknown["digital_source_type"]) == ("", None)


def test_an_update_changes_the_source_type_only_if_it_names_one(api):
    article = api.article(source_type="machine")
    path = f"/articles/{article['id']}"
    assert api.patch(path, {"summary": "More."}).json()["source_type"] == "machine"
    assert api.patch(path, {"source_type": "people"}).json()["source_type"] == "people"


@pytest.mark.parametrize("named", ["robot", "digsrctype:digitalCapture", 5, None, []])
def test_another_source_type_is_refused_by_name(api, named):
    answer = api.post("/articles", {"headline": "x", "source_type": named})
    assert (answer.status_code, answer.json()["field"]) == (422, "source_type")
    assert not Article.objects.exists()


def test_a_program_can_neither_review_nor_take_a_review_back(api):
    User.objects.create_user("wire desk")
    article = api.article(source_type="machine")
    for name in ("wire desk", ""):
        answer = api.patch(f"/articles/{article['id']}", {"reviewed_by": name})
        assert (answer.status_code, answer.json()["field"]) == (422, "reviewed_by")


def test_the_versions_have_the_responsible_user_the_source_type_and_the_reviewer(api):
    User.objects.create_user("edith")
    made = api.article(source_type="machine")
    update_article(Article.objects.get(), {"reviewed_by": "edith"}, by="edith")
    Caller("another desk").patch(f"/articles/{made['id']}", {"headline": "Bridge shuts"})
    listed = api.get(f"/articles/{made['id']}/versions").json()["items"]
    told = [(each["responsible"], each["source_type"], each["reviewed_by"]) for each in listed]
    assert told == [
        ("another desk", "machine", ""),
        ("edith", "machine", "edith"),
        ("wire desk", "machine", ""),
        ("", "machine", ""),
    ]
    assert api.get(f"/articles/{made['id']}/versions/3").json()["responsible"] == "edith"


def test_a_retracted_article_keeps_its_source_type(api):
    article = api.article(source_type="machine")
    retracted = api.post(f"/articles/{article['id']}/retract", {"note": "Made up."}).json()
    assert (retracted["source_type"], retracted["reviewed"]) == ("machine", False)
    assert retracted["digital_source_type"] == SourceType.MACHINE.uri
