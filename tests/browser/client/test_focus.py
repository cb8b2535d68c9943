"""The focus and the selection stay where the reader has put them."""

import pytest

from .reading import Reader, item, three

WHERE = """() => {
  const { activeElement: field } = document
  return [field.closest('article')?.dataset.key, field.selectionStart, field.selectionEnd]
}"""


@pytest.mark.parametrize("moves", [True, False])
def test_an_item_with_the_focus_keeps_it_over_50_moves_and_inserts(
    reader: Reader, moves: bool
) -> None:
    """Without `moveBefore` the browser is as WebKit is."""
    if not moves:
        reader.page.add_init_script("delete Element.prototype.moveBefore")
    talk = reader.read(three(), limit="100")
    field = reader.page.locator(reader.article(2)).locator("textarea")
    field.fill("a reader's note")
    field.evaluate("field => field.setSelectionRange(2, 8)")
    reader.ask("() => { window.lost = 0; document.activeElement.onblur = () => window.lost++ }")
    for n in range(50):
        # It moves up and down; others come above it and below it, and move around it.
        talk.put(item(2, ["9", "0", "2"][n % 3], n + 2))
        talk.put(item(10 + n, f"{n % 9}.5"))
        talk.put(item(3, ["1", "3", "8"][n % 3], n + 2))
    reader.wait_until(160)
    assert reader.ask(WHERE) == ["article:2", 2, 8]
    assert reader.ask("window.lost") == 0
    orders = reader.ask("[...document.querySelectorAll('article')].map(a => a.dataset.order)")
    assert orders == sorted(orders, reverse=True)


@pytest.mark.parametrize("moves", [True, False])
def test_a_selected_text_stays_selected_when_its_item_moves(reader: Reader, moves: bool) -> None:
    if not moves:
        reader.page.add_init_script("delete Element.prototype.moveBefore")
    talk = reader.read(three())
    reader.page.locator(reader.article(1)).locator("a").select_text()
    talk.put(item(1, "9", 2))
    talk.put(item(4, "4"))
    reader.wait_until(12)
    assert reader.keys == [f"article:{n}" for n in (1, 4, 3, 2)]
    assert reader.ask("String(getSelection())").strip() == "Story 1"


def test_the_focus_of_a_withdrawn_item_goes_to_the_next_and_never_to_the_page(
    reader: Reader,
) -> None:
    talk = reader.read(three())
    focused = "document.activeElement.closest('[data-key]')?.dataset.key"
    reader.page.locator(reader.article(2)).locator("textarea").focus()
    talk.remove("article:2", 2, redacts=True)
    reader.wait_until(11)
    assert reader.ask(focused) == "article:1"
    assert reader.ask("document.activeElement.localName") == "a"
    # After the last there is none: then the one before.
    talk.remove("article:1", 2, redacts=True)
    reader.wait_until(12)
    assert reader.ask(focused) == "article:3"
    # Another tag makes another element of it.
    other = item(3, "3", 2)
    other["view"][0] = "section"
    talk.put(other)
    reader.wait_until(13)
    assert reader.ask(focused) == "article:3"
    talk.remove("article:3", 3)
    reader.wait_until(14)
    assert reader.ask("document.activeElement.textContent") == "Nothing yet"
