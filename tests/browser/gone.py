"""Wait until a page has lost what was withdrawn."""

from playwright.sync_api import Page


def wait_until_gone(page: Page, words: str) -> None:
    """Return once nothing in the page matches a pattern, not even what is hidden.

    A withdrawal reaches the parts of a page one after another, each over its own stream.
    """
    page.wait_for_function(
        "words => !new RegExp(words).test(document.documentElement.outerHTML)", arg=words
    )
