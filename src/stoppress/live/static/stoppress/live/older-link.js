import { setAttribute } from './patch.js'

/** @typedef {import('./column.js').Column} Column */
/** @typedef {import('./range.js').Failure} Failure */

/**
 * The link to older items, `<a data-older href="…">` inside a feed: a click adds them to the page.
 *
 * In the value of `data-older`, `{order}` is replaced by the floor, so the address follows it.
 */
export class OlderLink {
  #feed
  #column

  /** @type {string | null | undefined} */
  #floor

  /** @param {Element & {older(): Promise<boolean>}} feed @param {Column} column */
  constructor(feed, column) {
    this.#feed = feed
    this.#column = column
  }

  /** @param {string | null} floor the lowest order on the page; null: nothing is below */
  show(floor) {
    if (floor === this.#floor) return
    this.#floor = floor
    for (const link of this.#feed.querySelectorAll('a[data-older]')) {
      const address = link.getAttribute('data-older')
      if (address && floor !== null) {
        setAttribute(link, 'href', address.replace('{order}', encodeURIComponent(floor).replaceAll('%3A', ':')))
      }
      link.toggleAttribute('hidden', floor === null)
    }
  }

  /** Add the items below to the page. @param {HTMLAnchorElement} link that was clicked */
  async add(link) {
    const floor = this.#floor ?? ''
    const focused = document.activeElement === link
    try {
      setAttribute(this.#feed, 'aria-busy', 'true')
      await this.#feed.older()
    } catch (error) {
      // The server refuses this request, but its page of older items may work.
      if (/** @type {Failure} */ (error).status) location.assign(link.href)
    } finally {
      setAttribute(this.#feed, 'aria-busy')
    }
    const first = this.#column.below(floor)
    // If nothing more is below, the link was hidden, and the body has its focus.
    const kept = [link, document.body].includes(/** @type {any} */ (document.activeElement))
    if (focused && kept && first) focus(first)
  }
}

/** Move the focus to an item. @param {Element} item */
function focus(item) {
  const heading = /** @type {HTMLElement} */ (item.querySelector('h1,h2,h3,h4,h5,h6') ?? item)
  if (heading.tabIndex < 0) heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}
