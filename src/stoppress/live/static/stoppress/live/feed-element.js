import { Column } from './column.js'
import { OlderItems } from './older-items.js'
import { setAttribute } from './patch.js'
import { pauses, showPaused } from './pause.js'
import { position } from './rule.js'
import { State } from './state.js'
import { Subscriptions } from './subscriptions.js'
import { format, tellTimes } from './times.js'
import { Waiting } from './waiting.js'

/** @typedef {import('./rule.js').Frame} Frame */
/** @typedef {import('./state.js').Change} Change */
/** @typedef {import('./state.js').Part} Part */

const ADDRESS = '/live/ws'

/** Show a stream: `<live-feed stream="news" cursor="1041-9f86d081884c7d65" limit="30">`. */
export class LiveFeed extends HTMLElement {
  /** @type {State} */
  #state = new State()

  /** @type {Column | null} */
  #column = null

  /** @type {Waiting | null} */
  #waiting = null

  /** @type {OlderItems | null} */
  #older = null

  /** @type {Subscriptions | null} */
  #subscriptions = null

  /** @type {string | undefined} set again after a change of address; empty: read without one */
  #token

  #paused = false
  #leaving = new AbortController()

  /** The last snapshot with items had no view: the site shows them itself. */
  #plain = false

  /** The position of the last event without a view for which a snapshot was asked. */
  #asked = 0
  #condition = 'connecting'

  /** The name of the stream. */
  get stream() {
    return this.getAttribute('stream') ?? ''
  }

  /** The cursor of the last applied frame; null before the first snapshot. */
  get cursor() {
    return this.getAttribute('cursor') || null
  }

  connectedCallback() {
    if (document.readyState === 'loading') {
      // The parser has not reached the items yet.
      document.addEventListener('DOMContentLoaded', () => this.#join())
    } else {
      this.#join()
    }
  }

  disconnectedCallback() {
    this.#leaving.abort()
    this.#subscriptions?.leave(this)
    this.#subscriptions = null
  }

  /** Hold back new and changed items. Withdrawn items are removed at once. */
  pause() {
    this.#pause(true)
  }

  /** Show the changes since; if the reader has scrolled down, new items keep waiting. */
  resume() {
    this.#pause(false)
  }

  /** Show the waiting items and scroll to them, as a click on the button does. */
  reveal() {
    this.#waiting?.reveal()
  }

  /**
   * Add the items below to the page, and keep them there.
   * @returns {Promise<boolean>} whether there are more; rejected if they could not be read
   */
  async older() {
    if (!this.#older) throw new Error('live-feed: not on a page yet')
    return this.#older.add()
  }

  /**
   * Read with a bearer token from now on, or without one.
   * @param {string} [token] for all feeds with this address, since they share a connection
   */
  authorize(token) {
    this.#token = token ?? ''
    this.#subscriptions?.join(this)
    this.#subscriptions?.authorize(this.#token)
  }

  /**
   * Apply a frame that the client's rule accepts.
   * @param {Frame} frame
   * @returns {boolean} whether to ask again, then for a snapshot
   */
  take(frame) {
    this.#waiting?.prepare()
    const changes = this.#state.apply(frame)
    const { items } = frame
    if (items?.length) this.#plain = !items.some(({ view }) => view)
    const at = position(frame.cursor)
    const bare = changes.some(({ item }) => item && !item.view)
    if (bare && !items && !this.#plain && at > this.#asked && this.#column?.items.length) {
      // An event from before the site had views. Only a snapshot has the item's: ask for it once.
      this.#asked = at
      this.removeAttribute('cursor')
      return true
    }
    this.#waiting?.draw(changes, frame.type === 'event' && (frame.event ?? true))
    this.setAttribute('cursor', frame.cursor)
    this.#changed(frame)
    this.#older?.hear(frame)
    return false
  }

  /** @param {object} frame that has changed the page */
  #changed(frame) {
    this.#showFloor()
    this.dispatchEvent(new CustomEvent('stoppress:event', { bubbles: true, detail: frame }))
  }

  /** Show older items that were read. @param {Change[]} changes @param {Part[]} parts @param {boolean} asked */
  #filled(changes, parts, asked) {
    const items = parts.flatMap((part) => part.items)
    if (items.length) this.#plain = !items.some(({ view }) => view)
    if (asked) this.#waiting?.show(changes, false)
    else this.#waiting?.draw(changes, false)
    const { stream, cursor } = this
    this.#changed({ type: 'range', stream, cursor, floor: this.#state.floor, items })
  }

  /**
   * Show the state of the connection.
   * @param {string} condition
   * @param {number} [code] of a refusal
   * @param {string} [transport]
   */
  show(condition, code, transport) {
    this.#condition = condition
    if (transport) this.setAttribute('data-transport', transport)
    setAttribute(this, 'data-code', code)
    this.#tell()
    if (this.#served) this.#older?.wake()
  }

  /**
   * Offer to reload a page of another build, but not while the reader uses the page.
   * @param {string} [build] the server's
   */
  offer(build) {
    if (!build || this.hasAttribute('src') || navigator.userActivation?.isActive) return
    for (const element of document.querySelectorAll('[data-live-build]')) {
      const same = build === element.getAttribute('data-live-build')
      this.#column?.keep(() => element.toggleAttribute('hidden', same))
    }
  }

  #join() {
    if (!this.isConnected || this.#subscriptions || !this.stream) return
    if (!this.#column) {
      // The items that the server has rendered are the state at the cursor.
      const column = this.#column = new Column(this)
      this.#state = new State({
        items: this.#column.items,
        limit: Number(this.getAttribute('limit')),
        floor: this.getAttribute('data-floor'),
        ceiling: this.getAttribute('ceiling'),
        cursor: this.cursor
      })
      this.#waiting = new Waiting(this, column, this.#state)
      this.#waiting.paused = this.#paused
      this.#older = new OlderItems(this, column, this.#state, {
        source: () => this.#source,
        shows: () => this.isConnected && this.#condition !== 'stopped',
        filled: (...filled) => this.#filled(...filled),
        anew: () => {
          this.removeAttribute('cursor')
          this.#subscriptions?.leave(this)
          this.#subscriptions?.join(this)
        }
      })
      tellTimes(this)
    }
    this.#listen()
    /** @type {HTMLMetaElement | null} */
    const page = document.querySelector('meta[name="stoppress-live"]')
    this.#subscriptions = Subscriptions.at(this.getAttribute('src') || page?.content || ADDRESS)
    this.#subscriptions.join(this)
    if (this.#token !== undefined) this.#subscriptions.authorize(this.#token)
  }

  #listen() {
    const { signal } = this.#leaving = new AbortController()
    document.addEventListener('visibilitychange', () => this.#moved('settle'), { signal })
    document.addEventListener('scroll', () => this.#moved('scrolled'), { signal, passive: true })
    document.addEventListener('click', ({ target }) => {
      const button = /** @type {Element} */ (target).closest('[data-new-count], [data-pause]')
      if (!button) return
      if (pauses(button, this)) this.#pause(!this.#paused)
      else if (button.closest('live-feed') === this) this.reveal()
    }, { signal })
    showPaused(this, this.#paused)
  }

  /** The reader has scrolled, or changed tabs or the pause. @param {'settle' | 'scrolled'} how */
  #moved(how) {
    this.#waiting?.[how]()
    this.#showFloor()
  }

  #showFloor() {
    const { floor } = this.#state
    if (this.getAttribute('data-floor') !== floor) setAttribute(this, 'data-floor', floor)
    this.#older?.show()
  }

  /** @param {boolean} paused */
  #pause(paused) {
    this.#paused = paused
    if (this.#waiting) this.#waiting.paused = paused
    this.#moved('settle')
    showPaused(this, paused)
    this.#tell()
  }

  /** The source of older items. */
  get #source() {
    const subscriptions = this.#subscriptions
    if (!subscriptions) throw new Error('live-feed: not on a page')
    const { stream, cursor } = this
    const limit = Number(this.getAttribute('limit'))
    /** @param {string} query */
    const fetchable = (query) => subscriptions.range(query)
    return { stream, cursor, limit, fetchable }
  }

  get #served() {
    return /^(live|polling)$/.test(this.#condition)
  }

  #tell() {
    const condition = this.#served && this.#paused ? 'paused' : this.#condition
    if (this.getAttribute('data-state') === condition) return
    const element = this.querySelector('[data-connection]')
    const words = element?.getAttribute(`data-${condition}`) ?? ''
    const text = words.replace('{time}', () => format('time').format(new Date()))
    this.setAttribute('data-state', condition)
    const detail = { state: condition, since: Date.now() }
    this.dispatchEvent(new CustomEvent('stoppress:state', { bubbles: true, detail }))
    if (!element || (!text && element.hasAttribute('hidden'))) return
    this.#column?.keep(() => {
      element.textContent = text
      element.toggleAttribute('hidden', !text)
    })
  }
}
