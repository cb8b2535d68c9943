"""Pictures in the admin: uploaded with words for what is refused, described, and deleted."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stoppress.newsroom.admin import pictures as admin_pictures
from stoppress.newsroom.models import Article, AuditEntry, Picture
from stoppress.newsroom.publishing import create_article, update_article
from tests.newsroom.desk import draft, public
from tests.newsroom.pictures.drawn import drawing, file
from tests.newsroom.pictures.made import picture
from tests.newsroom.staff import browser_of, own, user_as

from .editor import errors, filled, save

pytestmark = pytest.mark.django_db

PICTURES = "/admin/newsroom/picture/"
PNG = file("PNG")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def upload(editor: Client, *files: tuple[str, bytes], json: bool = False) -> object:
    sent = {"file": [SimpleUploadedFile(name, data) for name, data in files]}
    headers = {"Accept": "application/json"} if json else {}
    return editor.post(f"{PICTURES}add/", sent, headers=headers)


def describe(editor: Client, made: Picture, **said: str) -> object:
    address = f"{PICTURES}{made.pk}/change/"
    return editor.post(address, filled(editor.get(address).content.decode()) | said, follow=True)


def test_an_upload_leads_to_the_questions_about_it(editor: Client) -> None:
    answer = upload(editor, ("a.png", PNG))
    made = Picture.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{PICTURES}{made.pk}/change/")
    assert (made.by, made.uploader.username) == ("ann", "ann")
    said = describe(editor, made, credit="Ann Ray", focus_x="20").content.decode()
    assert f"Picture {made.pk} has no alternative text" in said
    made.refresh_from_db()
    assert (made.credit, made.focus_x, made.focus_y) == ("Ann Ray", 20, 50)
    assert list(AuditEntry.objects.filter(object_kind="picture").values_list("act", "actor")) == [
        ("picture_changed", "ann"),
        ("picture_added", "ann"),
    ]


def test_an_upload_of_several_files_keeps_the_pictures(editor: Client) -> None:
    answer = upload(editor, ("a.png", PNG), ("b.svg", SVG), ("c.png", b""))
    told = errors(answer)
    assert "b.svg: The file was not accepted. It is an SVG drawing" in told
    assert "c.png: The file was not accepted. The file is empty" in told
    made = Picture.objects.get()
    assert (
        f'“a.png” was uploaded: <a href="{PICTURES}{made.pk}/change/">' in answer.content.decode()
    )
    again = upload(editor, ("a.png", PNG), ("d.png", file("PNG", drawing((64, 64)))))
    assert again["Location"] == PICTURES
    assert "You have uploaded “a.png” before" in editor.get(PICTURES).content.decode()
    assert Picture.objects.count() == 2


def test_a_script_gets_json(editor: Client, settings) -> None:
    answer = upload(editor, ("a.png", PNG), json=True)
    made = Picture.objects.get()
    told = answer.json()
    assert (answer.status_code, told["id"], told["reference"]) == (
        201,
        made.pk,
        f"picture:{made.pk}",
    )
    assert told["thumb"].startswith(f"/media/pictures/{made.pk}/")
    answer = upload(editor, ("b.svg", SVG), json=True)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("The file was not accepted. It is an SVG drawing")
    assert upload(editor, json=True).json()["error"] == "A file is missing."
    settings.STOPPRESS_MAX_PICTURE = 100
    other = upload(editor, ("c.png", file("PNG", drawing((64, 64)))), json=True)
    assert other.json()["error"].startswith("The file was not accepted. It has more than 0 MiB.")
    token = editor.get(f"{PICTURES}add/", headers={"Accept": "application/json"}).json()["token"]
    sent = {"csrfmiddlewaretoken": token}
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    forged = strict.post(f"{PICTURES}{made.pk}/alt/")
    assert forged.status_code == 403 and "The form was not accepted" in forged.content.decode()
    assert strict.post(f"{PICTURES}{made.pk}/alt/", sent).status_code == 200
    told = editor.post(f"{PICTURES}{made.pk}/alt/", {"alt": " The harbour "}).json()
    assert (told["alt"], told["questions"]) == ("The harbour", [])
    long = editor.post(f"{PICTURES}{made.pk}/alt/", {"alt": "a" * 501})
    assert long.status_code == 422 and long.json()["error"]


def test_a_refused_value_is_an_error_of_its_field(editor: Client) -> None:
    made = picture()
    address = f"{PICTURES}{made.pk}/change/"
    form = filled(editor.get(address).content.decode())
    answer = editor.post(address, form | {"focus_x": "101", "caption": "Kept"})
    assert "must be a whole number from 0 to 100" in errors(answer)
    assert 'value="Kept"' in answer.content.decode()
    made.refresh_from_db()
    assert (made.focus_x, made.caption) == (50, "")


def test_each_role_sees_changes_and_deletes_its_pictures() -> None:
    reporter, editor, chief = user_as("Reporter"), user_as("Editor"), user_as("Chief")
    mine, others = picture("mine", uploader=reporter, alt="Mine"), picture("other", alt="Other")
    shared, shown = (
        picture("shared", alt="Shared"),
        picture("shown", uploader=reporter, alt="Shown"),
    )
    own(draft(image=shared), reporter), public(image=shown)

    def seen(user) -> dict[str, set[int]]:
        browser, found = browser_of(user), {"change": set(), "view": set(), "delete": set()}
        for each in (mine, others, shared, shown):
            page = browser.get(f"{PICTURES}{each.pk}/change/")
            if page.status_code == 200:
                found["change" if b'name="alt"' in page.content else "view"].add(each.pk)
                if f"{PICTURES}{each.pk}/delete/" in page.content.decode():
                    found["delete"].add(each.pk)
        return found

    assert seen(reporter) == {
        "change": {mine.pk},
        "view": {shared.pk, shown.pk},
        "delete": {mine.pk, shown.pk},
    }
    everything = {mine.pk, others.pk, shared.pk, shown.pk}
    assert seen(editor) == {"change": everything, "view": set(), "delete": set()}
    assert seen(chief) == {"change": everything, "view": set(), "delete": everything}
    listed = browser_of(reporter).get(PICTURES).content.decode()
    assert "Upload pictures" in listed and "Add picture" not in listed
    assert "Mine" in listed and "Shared" in listed and "Other" not in listed
    assert browser_of(reporter).post(f"{PICTURES}{others.pk}/alt/", {"alt": "x"}).status_code == 404
    assert browser_of(reporter).post(f"{PICTURES}{shown.pk}/alt/", {"alt": "x"}).status_code == 403


def test_a_used_picture_is_not_deleted_and_names_its_articles(editor: Client) -> None:
    made = picture()
    article = draft("Storm", body=f"![](picture:{made.pk})")
    page = editor.get(f"{PICTURES}{made.pk}/change/").content.decode()
    assert f'<a href="/admin/newsroom/article/{article.pk}/change/"><bdi' in page
    editor.post(f"{PICTURES}{made.pk}/delete/", {"post": "yes"})
    assert Picture.objects.count() == 1
    assert "A storm" in editor.get(f"{PICTURES}?used=yes").content.decode()
    assert "A storm" not in editor.get(f"{PICTURES}?used=no").content.decode()
    assert "A storm" in editor.get(f"{PICTURES}?q=Ann+Ray").content.decode()
    unused = picture("unused")
    editor.post(f"{PICTURES}{unused.pk}/delete/", {"post": "yes"})
    assert list(Picture.objects.all()) == [made]


def test_a_reporter_sees_only_the_number_of_other_users_public_articles() -> None:
    reporter = user_as("Reporter")
    made = picture(uploader=reporter)
    create_article({"headline": "Secret", "image": made})
    desk = browser_of(reporter)
    page = desk.get(f"{PICTURES}{made.pk}/change/").content.decode()
    assert "No article" in page and "Secret" not in page
    assert "A storm" in desk.get(f"{PICTURES}?used=no").content.decode()
    public("Shown", image=made)
    page = desk.get(f"{PICTURES}{made.pk}/change/").content.decode()
    assert "1 other article" in page and "Secret" not in page
    used = desk.get(f"{PICTURES}?used=yes").content.decode()
    assert "A storm" in used and '<td class="field-uses">1</td>' in used
    page = browser_of(reporter).post(f"{PICTURES}{made.pk}/delete/").content.decode()
    assert "Secret" not in page


def test_a_lead_picture_is_chosen_by_its_number(editor: Client) -> None:
    made = picture(alt="")
    save(editor, headline="Storm", image=str(made.pk))
    article = Article.objects.get()
    assert article.image == made
    page = editor.get(f"/admin/newsroom/article/{article.pk}/change/").content.decode()
    assert f"The lead picture ({made.pk}) has no alternative text" in page
    assert f'<img class="picture-thumb" src="/media/pictures/{made.pk}/' in page
    assert 'id="lookup_id_image"' in page and 'data-pictures="{' in page
    told = errors(save(editor, article, image="99"))
    assert "There is no picture with this number, or you may not see it." in told
    save(editor, article, image="")
    article.refresh_from_db()
    assert article.image is None
    changes = f"/admin/newsroom/article/{article.pk}/changes/"
    assert f"<del>{made.pk}</del>" in editor.get(changes).content.decode()


def test_an_old_version_hides_a_picture_that_now_belongs_to_another_article() -> None:
    ann, made = user_as("Reporter"), picture(alt="Waves")
    article = own(draft(image=made), ann)
    changes = f"/admin/newsroom/article/{article.pk}/changes/"
    update_article(article, {"image": None})
    create_article({"headline": "Another", "image": made})
    page = browser_of(ann).get(changes).content.decode()
    assert f"<del>{made.pk}</del>" in page and "Waves" not in page
    assert "Waves" in browser_of(user_as("Editor")).get(changes).content.decode()


def test_a_user_cannot_use_a_picture_without_the_right_to_see_it() -> None:
    reporter = browser_of(user_as("Reporter"))
    hidden = picture(alt="Secret")
    told = save(reporter, headline="Storm", image=str(hidden.pk))
    assert "or you may not see it" in errors(told)
    assert "Secret" not in told.content.decode()
    assert not Article.objects.exists()


def test_a_lead_picture_changed_by_two_editors_is_a_conflict(editor: Client) -> None:
    one, two = picture("one", alt="One"), picture("two", alt="Two")
    article = draft()
    form = filled(editor.get(f"/admin/newsroom/article/{article.pk}/change/").content.decode())
    update_article(article, {"image": one})
    sent = form | {"image": str(two.pk), "_save": "x"}
    page = editor.post(f"/admin/newsroom/article/{article.pk}/change/", sent).content.decode()
    assert f"{one.pk}: One" in page
    assert f'name="image" value="{two.pk}"' in page


def test_the_log_of_the_admin_has_no_words_of_a_picture(editor: Client) -> None:
    upload(editor, ("Secret.png", PNG))
    describe(editor, Picture.objects.get(), alt="Secret")
    editor.post(f"{PICTURES}{Picture.objects.get().pk}/delete/", {"post": "yes"})
    logged = list(LogEntry.objects.values_list("object_repr", "change_message"))
    assert len(logged) == 3
    assert all(name.startswith("Picture ") for name, _ in logged)
    assert "Secret" not in str(logged)


def test_the_log_of_the_admin_names_no_picture_that_was_kept(monkeypatch) -> None:
    stands, gone, real = picture("stands"), picture("gone"), admin_pictures.delete_picture

    def delete(made: Picture) -> None:
        if made == stands:  # its last use began after Django has looked
            create_article({"headline": "Storm", "image": made})
        real(made)

    monkeypatch.setattr(admin_pictures, "delete_picture", delete)  # a race that is lost
    chosen = {"_selected_action": [gone.pk, stands.pk], "action": "delete_selected", "post": "yes"}
    answer = browser_of(user_as("Chief")).post(PICTURES, chosen, follow=True)
    assert "An article uses the picture" in answer.content.decode()
    assert Picture.objects.get() == stands
    assert [each.object_id for each in LogEntry.objects.all()] == [str(gone.pk)]
