"""The recipes of the documentation, word for word."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from playwright.sync_api import expect

from .recipes import serving_recipes, words

pytestmark = pytest.mark.backend("sqlite")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with serving_recipes(tmp_path_factory.mktemp("recipes")) as recipes:
        yield recipes


def test_score_board_a_goal_changes_the_row_of_its_match(site):
    site.run("""
        from django.utils import timezone
        from board.models import Match
        match = Match.objects.create(home="Ajax", away="Porto", kickoff=timezone.now())
        match.goals.create(by_home=True, minute=3)
    """)
    page = site.stranger.get("/board/").text
    assert "Ajax – Porto</th>" in page and "<td>1 : 0</td>" in page
    with site.stranger.following("board") as next_event:
        site.run(
            "from board.models import Goal; Goal.objects.create(match_id=1, by_home=0, minute=9)"
        )
        assert words(next_event()) == "Ajax – Porto 1 : 1"
        site.run("from board.models import Goal; Goal.objects.get(minute=3).delete()")
        assert words(next_event()) == "Ajax – Porto 0 : 1"


@pytest.fixture(scope="module")
def lot(site):
    """The path of a lot that closes tomorrow."""
    site.run("""
        from datetime import timedelta
        from django.utils import timezone
        from auction.models import Lot
        tomorrow = timezone.now() + timedelta(1)
        Lot.objects.create(title="A chair", closes=tomorrow)
        Lot.objects.create(title="A table", closes=timezone.now())
    """)
    return "/lots/1/"


def test_auction_a_bid_shows_beside_the_form_that_another_bidder_fills_in(site, lot, chromium):
    assert "<dd>none yet</dd>" in site.anna.get(lot).text
    with site.page(chromium, "ben", lot) as page:
        amount, highest = page.get_by_label("Amount"), page.locator("live-feed dd").first
        amount.press_sequentially("9")
        assert site.anna.post(lot, amount=90).status == 200
        expect(highest).to_have_text("90 by anna")
        amount.press_sequentially("0")
        page.get_by_role("button", name="Bid").click()
        expect(page.locator(".errorlist")).to_have_text("Bid more than 90.")
        amount.fill("91")
        amount.press("Enter")
        expect(highest).to_have_text("91 by ben")
        expect(page.locator(".errorlist")).to_have_count(0)
    site.anna.get("/lots/2/")
    assert "The auction has closed." in site.anna.post("/lots/2/", amount=5).text


def test_auction_of_two_bids_at_once_the_higher_wins_and_of_two_equal_bids_the_first(site, lot):
    bidders = [site.anna, site.ben]
    for bidder in bidders:
        bidder.get(lot)
    together = Barrier(2)

    def bid(bidder, amount):
        together.wait(10)
        return bidder.post(lot, amount=amount).text

    with site.stranger.following("lot:1") as next_event, ThreadPoolExecutor(2) as both:
        for amount in range(100, 110):
            pages = list(both.map(bid, bidders, [amount] * 2))
            assert sum(f"Bid more than {amount}." in page for page in pages) == 1
            assert f"Highest bid {amount} by" in words(next_event())
        for amount in range(200, 210, 2):
            list(both.map(bid, bidders, [amount, amount + 1]))
            assert f"<dd>{amount + 1} by ben</dd>" in site.anna.get(lot).text


def test_chat_a_message_is_escaped_and_is_last_until_a_moderator_removes_it(site, chromium):
    assert site.stranger.get("/chat/").path == "/accounts/login/?next=/chat/"
    assert site.stranger.refusal("chat") == 4401
    site.anna.get("/chat/")
    site.anna.post("/chat/", text="Hello")
    with (
        site.page(chromium, "ben", "/chat/") as page,
        site.page(chromium, "eva", "/chat/") as moderated,
    ):
        messages = page.get_by_role("listitem")
        expect(messages).to_contain_text(["Hello"])
        page.get_by_label("Text").fill("<b>Hi</b>")
        page.get_by_role("button", name="Send").click()
        expect(messages).to_have_count(2)
        newest = moderated.get_by_role("listitem").filter(has_text="<b>Hi</b>")
        expect(newest).to_be_visible()
        oldest = moderated.get_by_role("listitem").filter(has_text="Hello")
        assert newest.bounding_box()["y"] > oldest.bounding_box()["y"]
        assert "&lt;b&gt;Hi&lt;/b&gt;" in site.anna.get("/chat/").text
        expect(page.get_by_role("button", name="Remove")).to_have_count(0)
        assert site.anna.post("/chat/2/remove/").status == 403
        newest.get_by_role("button", name="Remove").click()
        expect(messages).to_contain_text(["Hello"])
        expect(moderated.get_by_role("listitem")).to_contain_text(["Hello"])


def test_dashboard_all_changes_of_a_transaction_are_one_event(site):
    site.run("from shop.models import Shop; Shop.objects.create(name='Books')")
    assert "<dt>Sales</dt><dd>0</dd>" in re.sub(r"\s*\n\s*", "", site.eva.get("/shops/1/").text)
    assert "login" in site.anna.get("/shops/1/").path
    assert site.anna.refusal("shop:1") == 4403
    numbers = "Orders to send {} Sales {} Products that run out {} Questions without an answer {}"
    with site.eva.following("shop:1") as next_event:
        site.run("""
            from stoppress import live
            from shop.models import Shop
            shop = Shop.objects.get()
            with live.atomic():
                for price in range(1, 31):
                    shop.orders.create(price=price)
                shop.products.create(stock=4)
                shop.questions.create()
        """)
        assert words(next_event()) == numbers.format(30, 465, 1, 1)
        site.run("""
            from shop.models import Order
            order = Order.objects.get(price=30)
            order.sent = True
            order.save()
        """)
        assert words(next_event()) == numbers.format(29, 465, 1, 1)
        site.run("from shop.models import Product; Product.objects.all().delete()")
        assert words(next_event()) == numbers.format(29, 465, 0, 1)
        site.run("""
            from stoppress import live
            from shop.models import Question, Shop
            with live.atomic():
                Question.objects.update(answer="Yes")
                live.touch(Shop.objects.all())
        """)
        assert words(next_event()) == numbers.format(29, 465, 0, 0)


def test_order_status_only_the_customer_sees_it(site):
    order = site.run("""
        from django.contrib.auth.models import User
        from orders.models import Order
        answer = str(Order.objects.create(customer=User.objects.get(username="anna")).pk)
    """)
    path, stream = f"/orders/{order}/", f"order:{order}"
    nobodys = "order:00000000-0000-4000-8000-000000000000"
    assert "Your order is <b>paid</b>." in site.anna.get(path).text
    assert site.ben.get(path).status == 404
    assert site.stranger.get(path).path == f"/accounts/login/?next={path}"
    assert site.ben.refusal(stream) == site.ben.refusal(nobodys) == 4403
    assert site.stranger.refusal(stream) == 4401
    assert site.eva.refusal(nobodys) == 4404
    with site.anna.following(stream) as next_event:
        site.run("""
            from orders.models import Order
            order = Order.objects.get()
            order.status = "sent"
            order.save()
        """)
        assert words(next_event()) == "Your order is sent ."


def test_several_languages_page_and_update_are_in_the_reader_s_own(site):
    site.run("""
        from notices.models import Notice
        from datetime import datetime, UTC
        notice = Notice.objects.create(text_en="Closed", text_de="Geschlossen")
        notice.published = datetime(2026, 10, 3, 12, tzinfo=UTC)
        notice.save()
    """)
    english, german = (site.stranger.get(f"/{code}/notices/").text for code in ("en", "de"))
    assert '<html lang="en">' in english and "<h2>Oct. 3, 2026</h2>" in english
    assert '<html lang="de">' in german and "<h2>3. Oktober 2026</h2>" in german
    assert "<p>Closed</p>" in english and "Geschlossen" not in english
    assert "<p>Geschlossen</p>" in german and "Closed" not in german
    assert site.stranger.refusal("notices:fr") == 4404
    with (
        site.stranger.following("notices:en") as next_english,
        site.stranger.following("notices:de") as next_german,
    ):
        site.run("""
            from notices.models import Notice
            notice = Notice.objects.get()
            Notice.objects.create(text_de="Nur hier")
            notice.text_en, notice.text_de = "Open", "Offen"
            notice.save()
        """)
        assert words(next_english()) == "Oct. 3, 2026 Open"
        assert "Nur hier" in words(next_german())
        assert words(next_german()) == "3. Oktober 2026 Offen"
        site.run("""
            from notices.models import Notice
            notice = Notice.objects.get(text_en="")
            notice.text_en = "Everywhere"
            notice.save()
        """)
        assert "Everywhere" in words(next_english())


def test_admin_a_row_arrives_in_the_list_that_staff_looks_at(site, chromium):
    path = "/admin/helpdesk/ticket/"
    site.run("from helpdesk.models import Ticket; Ticket.objects.create(subject='It is late')")
    assert "login" in site.anna.get(path).path
    assert site.anna.refusal("tickets") == 4403
    assert site.stranger.refusal("tickets") == 4401
    assert "It is late</a>" in site.eva.get(path).text
    with site.page(chromium, "eva", path) as page:
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        rows = page.locator("#result_list tbody tr")
        expect(rows).to_contain_text(["It is late"])
        rows.get_by_role("checkbox").check()
        site.run(
            "from helpdesk.models import Ticket; Ticket.objects.create(subject='It <b>broke</b>')"
        )
        expect(rows).to_contain_text(["It <b>broke</b>", "It is late"])
        site.run("from helpdesk.models import Ticket; Ticket(pk=1, subject='It came').save()")
        expect(rows).to_contain_text(["It <b>broke</b>", "It came"])
        expect(rows.nth(1).get_by_role("checkbox")).to_be_checked()
        rows.nth(0).get_by_role("checkbox").check()
        page.get_by_label("Action:").select_option("delete_selected")
        page.locator("button[name=index]").click()  # Go, or from Django 6.1 on Run
        page.get_by_role("button", name="Yes, I’m sure").click()
        expect(page.locator(".messagelist")).to_contain_text("deleted 2 tickets")
        expect(rows).to_have_count(0)
        page.goto(page.url + "?solved__exact=0")
        expect(page.locator("live-feed")).to_have_count(0)
        assert errors == []
