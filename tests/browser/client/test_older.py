"""The link to older items, where the server reads none."""

from playwright.sync_api import expect

from .reading import Reader, feed, three


def test_a_link_whose_items_the_server_refuses_leads_to_its_page(reader: Reader) -> None:
    link = '<a data-older href="/?below=1">Older news</a></live-feed>'
    reader.open(feed(three(), data_floor="1").replace("</live-feed>", link))
    reader.server.next().greet(10)
    reader.wait_for("live")
    page = reader.page
    asked = [""]
    page.on("request", lambda request: asked.append(request.url.partition("?")[0]))
    page.get_by_text("Older news").click()
    expect(page).to_have_url(f"{reader.server.address}/?below=1")
    told = [address.removeprefix(reader.server.address) for address in asked[1:]]
    told = [address for address in told if not address.endswith(".js")]
    assert told[:2] == ["/live/range", "/"]


def test_a_link_without_items_below_is_hidden_and_one_for_another_tab_is_left_alone(
    reader: Reader,
) -> None:
    link = '<a data-older href="/?below=1">Older news</a></live-feed>'
    reader.open(feed(three()).replace("</live-feed>", link))
    expect(reader.page.get_by_text("Older news")).to_be_hidden()
    reader.open(feed(three(), data_floor="1").replace("</live-feed>", link))
    with reader.page.context.expect_page() as other:
        reader.page.get_by_text("Older news").click(modifiers=["Control"])
    expect(other.value).to_have_url(f"{reader.server.address}/?below=1")
