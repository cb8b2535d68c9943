"""A view is what a browser makes of the page that is rendered from it."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from .other_process import made_templates, rendered, views

pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]

TEMPLATES = 240
READ = """
const read = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data
  const attributes = [...node.attributes].filter(({ name }) => name !== 'data-key')
  const pairs = attributes.map(({ name, value }) => [name, value])
  return [node.localName, ...(pairs.length ? [Object.fromEntries(pairs)] : []),
    ...[...node.childNodes].map(read)]
}
"""
READ_PAGE = f"""() => {{ {READ}
  const roots = [...document.querySelectorAll('[data-key]')]
  return Object.fromEntries(roots.map((root) => [root.dataset.key, read(root)]))
}}"""
PARSE = f"""(sources) => {{ {READ}
  return sources.map(([around, html]) => {{
    const parent = document.createElement(around)
    parent.innerHTML = html
    const comments = document.createNodeIterator(parent, NodeFilter.SHOW_COMMENT)
    for (let node; (node = comments.nextNode());) node.remove()
    parent.normalize()
    return read(parent.firstElementChild)
  }})
}}"""


def test_a_view_and_a_page_that_another_process_renders_are_the_same_node_by_node(
    chromium: Browser, settings: Any
) -> None:
    settings.TEMPLATES = made_templates(TEMPLATES)
    made = views(TEMPLATES)
    page_of_another = subprocess.run(
        [sys.executable, "-m", "tests.browser.other_process", str(TEMPLATES)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout.decode()
    page = chromium.new_page()
    page.set_content(page_of_another)
    read = page.evaluate(READ_PAGE)
    page.close()
    kinds = Counter(kind for kind, _ in made.values())
    print(f"seeds 0 to {TEMPLATES - 1}, without those of invalid nesting: {kinds}")
    for seed, (_, view) in made.items():
        assert read[str(seed)] == json.loads(json.dumps(view)), f"seed {seed}"
    assert len(made) >= 200
    assert min(kinds.values()) >= 20


def test_html_is_parsed_as_the_browser_parses_it(chromium: Browser, settings: Any) -> None:
    settings.TEMPLATES = made_templates(TEMPLATES)
    made = views(TEMPLATES)
    sources = {seed: rendered(seed) for seed in made}
    around = {"tr": "tbody", "tbody": "table"}
    page = chromium.new_page()
    parsed = page.evaluate(
        PARSE, [[around.get(view[0], "div"), sources[seed]] for seed, (_, view) in made.items()]
    )
    page.close()
    for (seed, (_, view)), by_browser in zip(made.items(), parsed, strict=True):
        assert view == by_browser, f"seed {seed}"
