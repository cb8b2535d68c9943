"""The cost of a page for its reader, measured in Chromium."""

import time

from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE = 60_000
WATCH = """
window.longest = 0
new PerformanceObserver(list => {
  for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration)
}).observe({ type: 'longtask', buffered: true })
document.addEventListener('DOMContentLoaded', () => {
  const isLive = () => [...document.querySelectorAll('live-feed')].every(
    feed => feed.dataset.state === 'live')
  const watch = new MutationObserver(() => {
    if (!isLive()) return
    window.live = performance.now()
    watch.disconnect()
  })
  watch.observe(document.body, { attributeFilter: ['data-state'], subtree: true })
})
"""


def opened(context: BrowserContext, url: str, cpu: float = 1) -> Page:
    """Open a page on a processor that is slower by a factor, and wait until it is live."""
    page = context.new_page()
    page.add_init_script(WATCH)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    page.goto(url, wait_until="commit", timeout=PATIENCE)
    page.wait_for_function("() => window.live", timeout=PATIENCE)
    return page


def cold(browser: Browser, url: str) -> dict[str, float]:
    """Return the seconds to the first paint and until the page is live, in an empty browser."""
    context = browser.new_context()
    try:
        page = opened(context, url)
        page.wait_for_function("() => performance.getEntriesByType('paint').length")
        paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        return {"paint": page.evaluate(paint) / 1000, "live": page.evaluate("live") / 1000}
    finally:
        context.close()


def longest_task(browser: Browser, url: str, cpu: float, change: str) -> float:
    """Return the seconds of the page's longest task while it loads and something changes it.

    The browser tells of tasks from 50 ms on; 0: there was none.

    Args:
        change: a script that changes the page as news would.
    """
    context = browser.new_context()
    try:
        page = opened(context, url, cpu)
        page.evaluate(change)
        page.wait_for_timeout(2_000)
        return float(page.evaluate("longest")) / 1000
    finally:
        context.close()


def idle(browser: Browser, url: str, seconds: float) -> float:
    """Return the share of a core that an open, quiet page takes."""
    context = browser.new_context()
    try:
        opened(context, url).wait_for_timeout(5_000)
        session = browser.new_browser_cdp_session()

        def used() -> float:
            processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
            return sum(each["cpuTime"] for each in processes if each["type"] == "renderer")

        before, begun = used(), time.monotonic()
        context.pages[0].wait_for_timeout(seconds * 1000)
        return (used() - before) / (time.monotonic() - begun)
    finally:
        context.close()
