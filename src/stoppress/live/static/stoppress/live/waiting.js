import { Announcer, sentence } from './announcer.js'
import { focusOn } from './focus.js'
import { setAttribute } from './patch.js'
import { compare } from './state.js'

/** @typedef {import('./column.js').Column} Column */
/** @typedef {import('./rule.js').Item} Item */
/** @typedef {import('./state.js').Change} Change */
/** @typedef {import('./state.js').State} State */

const MOST_LEFT = 500

/**
 * Hold back new items while the reader has scrolled down, is in another tab, or has paused.
 *
 * A button shows how many new items wait, and reveals them: `<button data-new-count="0"
 * data-one="1 new story" data-many="{n} new stories" hidden>` inside the feed. Waiting items are
 * part of the state; state = items in the column + waiting items.
 */
export class Waiting {
  /** Changes wait too. */
  paused = false

  #feed
  #column
  #state
  #announcer
  #isAtOnce

  /** @type {Map<string, Item>} new items, and shown items with a waiting change */
  #items = new Map()

  /** @type {Set<string | null>} the orders of items that were removed meanwhile */
  #removedOrders = new Set()

  #count = 0

  /** @param {Element} feed @param {Column} column @param {State} state */
  constructor(feed, column, state) {
    this.#feed = feed
    this.#column = column
    this.#state = state
    this.#isAtOnce = feed.querySelector('[data-items]')?.hasAttribute('data-at-once')
    this.#announcer = new Announcer(feed.querySelector('[data-announce]'), column, this)
  }

  /** Whether the feed is paused or the page hidden, so that nothing is announced. */
  get isQuiet() {
    return this.paused || document.hidden
  }

  get #holds() {
    return this.paused || !this.#isAtOnce && (document.hidden || this.#column.isAway)
  }

  /** Before the state changes, decide whether its lowest items must stay. */
  prepare() {
    this.#state.holding = this.#holds
  }

  /**
   * Show the changes that need not wait.
   * @param {Change[]} changes
   * @param {string | boolean} fresh the event, or whether to mark what has changed as fresh
   */
  draw(changes, fresh) {
    for (const { key, item } of changes) {
      if (!item) this.#announcer.drop(key)
      else if (fresh && !this.#items.has(key) && this.#isNew(key)) this.#announcer.add(key, fresh)
    }
    this.#draw(changes, fresh)
    // All items that the reader saw may have been removed.
    this.scrolled()
  }

  /**
   * Show changes that do not wait.
   * @param {Change[]} changes @param {string | boolean} fresh @param {boolean} [firmly]
   */
  show(changes, fresh, firmly) {
    if (changes.length) this.#column.draw(changes, fresh, firmly)
    this.#showCount()
  }

  /** The reader has scrolled. */
  scrolled() {
    const waits = this.#items.size
    if (!(waits || this.#state.holding) || this.#holds) return
    // The shown items are inserted above the reader, who has then scrolled past them again.
    if (waits) this.show(this.#release(), true, true)
    else this.settle()
  }

  /** Show items that need not wait any longer, and drop items beyond the limit. */
  settle() {
    this.prepare()
    this.#draw([...this.#state.trim(), ...this.#release()], true)
  }

  /** Show the waiting items, and scroll to them. */
  reveal() {
    const changes = this.#release()
    if (!changes.length) return
    const first = changes.filter(({ key }) => this.#isNew(key)).at(-1) ?? changes[0]
    this.#announcer.drop()
    this.show(changes, true)
    this.#feed.scrollIntoView({ behavior: 'instant' })
    focusOn(this.#column.element(first.key) ?? this.#feed)
  }

  /** @param {Change[]} changes @param {string | boolean} fresh */
  #draw(changes, fresh) {
    this.show(this.#holds ? this.#sift(changes) : [...changes, ...this.#release(changes)], fresh)
  }

  /**
   * Set aside the changes that must wait: moves, and new items above the last one that the reader
   * sees. A changed item is updated at its old place. An item with the order of a removed one does
   * not count as new: it is the same item again, or a note that it was withdrawn.
   * @param {Change[]} changes
   * @returns {Change[]} what to show now
   */
  #sift(changes) {
    const edge = this.#column.edge(changes)
    return changes.flatMap(({ key, item }) => {
      const stood = this.#column.order(key)
      this.#items.delete(key)
      if (!item) {
        if (this.#removedOrders.size === MOST_LEFT) this.#removedOrders.clear()
        if (stood !== undefined) this.#removedOrders.add(stood)
        return { key }
      }
      const order = String(item.order ?? '')
      const moves = stood != null && stood !== order
      const comes = stood === undefined && !this.#removedOrders.has(order) && edge &&
        compare({ key, order }, edge) < 0
      if (this.paused || moves || comes) this.#items.set(key, item)
      if (this.paused || comes) return []
      return { key, item: moves ? { ...item, order: stood } : item }
    })
  }

  /** End the waiting. @param {Change[]} changes that replace waiting ones @returns {Change[]} that show the others */
  #release(changes = []) {
    for (const { key } of changes) this.#items.delete(key)
    const others = this.#state.puts(this.#items)
    this.#items.clear()
    this.#removedOrders.clear()
    return others
  }

  /** Whether it is not on the page. @param {string} key */
  #isNew(key) {
    return this.#column.order(key) === undefined
  }

  #showCount() {
    const count = [...this.#items.keys()].filter((key) => this.#isNew(key)).length
    if (count === this.#count) return
    this.#count = count
    const button = this.#feed.querySelector('[data-new-count]')
    if (button) {
      this.#column.keep(() => {
        setAttribute(button, 'data-new-count', count)
        button.textContent = sentence(button, count) ?? button.textContent
        button.toggleAttribute('hidden', !count)
      })
    }
    this.#feed.dispatchEvent(new CustomEvent('stoppress:waiting', { bubbles: true, detail: { count } }))
  }
}
