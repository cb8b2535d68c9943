// Shows a reader of an open page where a correction or an update has changed the text: the changed
// blocks get `data-changed`, and while the note of a correction is out of view a line leads to it.

const BLOCKS = 'p, li, h2, h3, pre, blockquote, tr, figcaption'

export class Corrected {
  /** @type {MutationObserver} */
  #changes
  /** @type {HTMLElement | null} */
  #line = document.querySelector('[data-corrected-line]')
  #view = new IntersectionObserver((entries) => {
    if (this.#line && entries.some((entry) => entry.isIntersecting)) this.#line.hidden = true
  })

  /** @param {Element} feed that of the article */
  constructor(feed) {
    this.#changes = new MutationObserver(() => {})
    this.#changes.observe(feed, { childList: true, characterData: true, subtree: true })
  }

  /** Mark what has changed since the last call. */
  mark() {
    for (const { target, addedNodes } of this.#changes.takeRecords()) {
      for (const node of [target, ...addedNodes]) {
        const element = node instanceof Element ? node : node.parentElement
        element?.closest(`.story-body :is(${BLOCKS})`)?.setAttribute('data-changed', '')
      }
    }
  }

  /** Lead to a note, unless the reader sees it. @param {Element | null} note */
  tell(note) {
    this.#view.disconnect()
    if (!this.#line) return
    this.#line.hidden = !note
    // Called at once where the note is in view, and whenever it comes into view.
    if (note) this.#view.observe(note)
  }
}
