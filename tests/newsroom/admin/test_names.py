import re

import pytest
from django.contrib.auth import get_user_model

from stoppress.newsroom.models import Article, Person, Section, Topic
from stoppress.newsroom.publishing import rename_person, rename_section
from tests.logged import logged
from tests.newsroom.admin.editor import errors, filled
from tests.newsroom.desk import Page, public

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]
TOPICS, PEOPLE = "/admin/newsroom/topic/", "/admin/newsroom/person/"


def test_a_topic_is_made(editor):
    editor.post(f"{TOPICS}add/", {"slug": "ems", "name": "The Ems"})
    assert Topic.objects.get().stream == "topic:ems"


def test_an_invalid_slug_is_an_error(editor):
    for address in (TOPICS, PEOPLE):
        response = editor.post(f"{address}add/", {"slug": "E_", "name": "The Ems"})
        assert "hyphens" in response.content.decode()


def test_a_renamed_topic_keeps_its_slug_and_its_stories_show_the_new_name(editor):
    topic = Topic.objects.create(slug="ems", name="Ems")
    page = Page(public(topics=[topic]).stream)
    editor.post(f"{TOPICS}{topic.pk}/change/", {"slug": "rhine", "name": "The Ems"})
    topic.refresh_from_db()
    assert (topic.slug, topic.name) == ("ems", "The Ems")
    assert page.items()[0]["topics"][0]["name"] == "The Ems"


def test_a_person_can_be_a_user(editor):
    user = get_user_model().objects.get()
    editor.post(f"{PEOPLE}add/", {"slug": "ann-bee", "name": "Ann Bee"})
    person = Person.objects.get()
    editor.post(f"{PEOPLE}{person.pk}/change/", {"name": "Ann B. Bee", "user": user.pk})
    person.refresh_from_db()
    assert (person.slug, person.name, person.user) == ("ann-bee", "Ann B. Bee", user)


def test_a_name_that_the_newsroom_refuses_is_an_error_of_the_field(editor):
    topic = Topic.objects.create(slug="ems", name="Ems")
    response = editor.post(f"{TOPICS}{topic.pk}/change/", {"name": "a\u2028b"})
    assert re.search(r"errorlist.*single line", response.content.decode())
    topic.refresh_from_db()
    assert topic.name == "Ems"


@pytest.mark.parametrize("model", [Topic, Person, Section])
def test_a_name_in_use_is_not_deleted_and_the_page_names_no_article(editor, model):
    used, unused = (model.objects.create(slug=slug, name=slug.title()) for slug in ("ems", "rhine"))
    field = {Topic: "topics", Person: "authors", Section: "section"}[model]
    public("Zanzibar", **{field: used if model is Section else [used]})
    rows = f"/admin/newsroom/{model._meta.model_name}/"
    both = {"action": "delete_selected", "_selected_action": [used.pk, unused.pk], "post": "yes"}
    for address, form in ((f"{rows}{used.pk}/delete/", {"post": "yes"}), (rows, both)):
        page = editor.post(address, form).content.decode()
        assert "cannot be deleted" in page and "“Ems” is used by 1 article<" in page
        assert "Zanzibar" not in page and "protected" not in page
    editor.post(f"{rows}{unused.pk}/delete/", {"post": "yes"})
    assert list(model.objects.all()) == [used]


def test_an_article_gets_its_topics_and_authors_in_its_form(editor):
    topic = Topic.objects.create(slug="ems", name="Ems")
    person = Person.objects.create(slug="ann-bee", name="Ann Bee")
    article = public()
    address = f"/admin/newsroom/article/{article.pk}/change/"
    form = editor.get(address).context["adminform"].form
    said = {name: form[name].value() or "" for name in form.fields} | {
        "topics": [topic.pk],
        "authors": [person.pk],
        "pinned": "on",
        "change_is": "update",
        "versions-TOTAL_FORMS": "0",
        "versions-INITIAL_FORMS": "0",
    }
    editor.post(address, {name: value for name, value in said.items() if value != ""})
    article = Article.objects.get()
    assert (list(article.topics.all()), list(article.authors.all())) == ([topic], [person])
    assert article.order.startswith("3-")
    assert [item["headline"] for item in Page("topic:ems").items()] == ["Bridge opens"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("The Ems", "the-ems"),
        ("Straße & Café_Zürich", "strasse-cafe-zurich"),
        ("x" * 60, "x" * 56),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("Đà Nẵng", "da-nang"),
    ],
)
@pytest.mark.parametrize("model", [Topic, Person, Section])
def test_a_slug_that_is_left_empty_is_made_from_the_name(editor, model, name, slug):
    rows = f"/admin/newsroom/{model._meta.model_name}/"
    editor.post(f"{rows}add/", {"name": name, "slug": "", "position": "0"})
    made = model.objects.get()
    assert (made.name, made.slug) == (name, slug)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("東京 2026", "type a slug"),
        ("Bar Übelʼs Ѱ", "type a slug"),
        ("!", "type a slug"),
        ("EMS!", "with this Slug already exists"),
        ("", "required"),
    ],
)
@pytest.mark.parametrize("model", [Topic, Person, Section])
def test_a_name_that_makes_no_new_slug_is_an_error(editor, model, name, says):
    model.objects.create(slug="ems", name="The Ems")
    rows = f"/admin/newsroom/{model._meta.model_name}/"
    page = editor.post(f"{rows}add/", {"name": name, "slug": "", "position": "0"})
    assert [
        error for error in re.findall(r"<li>(.*?)</li>", page.content.decode()) if says in error
    ]
    assert model.objects.count() == 1


def test_a_form_changes_what_its_user_has_changed(editor):
    """Two users have the form of one row; one renames it, and the other changes something else."""
    town = Section.objects.create(slug="town", name="Town")
    address = f"/admin/newsroom/section/{town.pk}/change/"
    form = filled(editor.get(address).content.decode())
    rename_section(town, "The town")
    told = len(logged(stream="news"))
    assert editor.post(address, form | {"position": "3"}).status_code == 302
    town.refresh_from_db()
    assert (town.name, town.position) == ("The town", 3)
    assert len(logged(stream="news")) == told


def test_a_name_that_both_have_changed_is_asked_once(editor):
    user = get_user_model().objects.get()
    person = Person.objects.create(slug="ann", name="Ann")
    address = f"{PEOPLE}{person.pk}/change/"
    form = filled(editor.get(address).content.decode())
    rename_person(person, "Ann Bee")
    asked = editor.post(address, form | {"name": "Ann B.", "user": str(user.pk)})
    assert "Somebody else has changed this meanwhile to “Ann Bee”" in errors(asked)
    assert Person.objects.get().name == "Ann Bee"
    assert editor.post(address, filled(asked.content.decode())).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.user) == ("Ann B.", user)
