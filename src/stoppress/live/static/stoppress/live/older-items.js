/** @typedef {import('./column.js').Column} Column */
/** @typedef {import('./older.js').Host} Host */
/** @typedef {import('./older.js').Older} Older */
/** @typedef {import('./older-link.js').OlderLink} OlderLink */
/** @typedef {import('./rule.js').Frame} Frame */
/** @typedef {import('./state.js').State} State */

/** Read a feed's older items by `older.js`, which is loaded only once a feed needs it. */
export class OlderItems {
  #feed
  #column
  #state
  #host

  /** @type {string | null} the order in the link that the server rendered */
  #floor

  /** @type {Promise<Older> | undefined} */
  #loading

  /** @type {Older | undefined} */
  #older

  /** @type {OlderLink | undefined} */
  #link

  /** @type {Frame | undefined} a snapshot that lacked a part of the range, before the loading */
  #missed

  /**
   * @param {Element & {older(): Promise<boolean>}} feed
   * @param {Column} column
   * @param {State} state
   * @param {Host} host
   */
  constructor(feed, column, state, host) {
    this.#feed = feed
    this.#column = column
    this.#state = state
    this.#host = host
    this.#floor = state.floor
    feed.addEventListener('click', (event) => this.#click(/** @type {MouseEvent} */ (event)))
    this.show()
  }

  /** Handle a frame that the client's rule accepts. @param {Frame} frame */
  hear(frame) {
    if (this.#older) this.#older.hear(frame)
    else if (frame.type === 'snapshot') {
      this.#missed = this.#state.lacks(frame) ? frame : undefined
      this.wake()
    }
  }

  /** Read the range again, if that is still due. */
  wake() {
    if (this.#older) this.#older.wake()
    else if (this.#missed) this.#load().catch(() => this.#without())
  }

  /** `older.js` cannot be loaded: show only the snapshot, or retry with the next connection. */
  #without() {
    this.#state.ranged = false
    if (!this.#missed || this.#state.lacks(this.#missed)) return
    this.#missed = undefined
    this.#host.anew()
  }

  /** Show the items below. @returns {Promise<boolean>} whether there are more */
  async add() {
    return (await this.#load()).add()
  }

  /** Point the link to older items at the floor. */
  show() {
    const { floor } = this.#state
    if (this.#link) this.#link.show(floor)
    else {
      const link = this.#feed.querySelector('[data-older]')
      if (link && (floor !== this.#floor || link.hasAttribute('hidden') !== (floor === null))) {
        this.#load().catch(() => {})
      }
    }
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const { button, ctrlKey, metaKey, shiftKey, altKey, defaultPrevented } = event
    const link = /** @type {Element} */ (event.target).closest('a[data-older]')
    // With another mouse button or a key, the browser opens another tab.
    if (!link || button || ctrlKey || metaKey || shiftKey || altKey || defaultPrevented) return
    event.preventDefault()
    const to = /** @type {HTMLAnchorElement} */ (link)
    this.#load().then(() => this.#link?.add(to), () => location.assign(to.href))
  }

  #load() {
    return this.#loading ??= load().then(({ Older, OlderLink }) => {
      const older = this.#older = new Older(this.#state, this.#host)
      this.#link = new OlderLink(this.#feed, this.#column)
      this.#link.show(this.#state.floor)
      if (this.#missed) older.hear(this.#missed, true)
      return older
    }).catch((error) => {
      this.#loading = undefined
      throw error
    })
  }
}

/** @returns {Promise<typeof import('./older.js')>} */
function load() {
  /** @type {HTMLMetaElement | null} */
  const named = document.querySelector('meta[name="stoppress-older"]')
  return import(named?.content || new URL('./older.js', import.meta.url).href)
}
