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
 * Let news wait while the reader is not where it comes: further down, in another tab, or pausing.
 *
 * A button says how many new items wait, and shows them: `<button data-new-count="0"
 * data-one="1 new story" data-many="{n} new stories" hidden>` inside the feed. What waits is part
 * of the state; state = what the column shows and what waits.
 */
export class Waiting {
  /** Changes wait too. */
  paused = false

  #feed
  #column
  #state
  #announcer
  #isAtOnce

  /** @type {Map<string, Item>} new items, and those that wait with a change */
  #items = new Map()

  /** @type {Set<string | null>} the orders of those that have left meanwhile */
  #left = new Set()

  #count = 0

  /** @param {Element} feed @param {Column} column @param {State} state */
  constructor(feed, column, state) {
    this.#feed = feed
    this.#column = column
    this.#state = state
    this.#isAtOnce = feed.querySelector('[data-items]')?.hasAttribute('data-at-once')
    this.#announcer = new Announcer(feed.querySelector('[data-announce]'), column, this)
  }

  /** Is nobody looking on? */
  get isQuiet() {
    return this.paused || document.hidden
  }

  get #holds() {
    return this.paused || !this.#isAtOnce && (document.hidden || this.#column.isAway)
  }

  /** Before the state changes: may its lowest items go? */
  prepare() {
    this.#state.holding = this.#holds
  }

  /**
   * Show what need not wait.
   * @param {Change[]} changes
   * @param {string | boolean} fresh the event, or whether to mark what has changed as fresh
   */
  draw(changes, fresh) {
    for (const { key, item } of changes) {
      if (!item) this.#announcer.drop(key)
      else if (fresh && !this.#items.has(key) && this.#isNew(key)) this.#announcer.add(key, fresh)
    }
    this.#draw(changes, fresh)
    // All that the reader had may be gone.
    this.scrolled()
  }

  /**
   * Show changes that do not wait.
   * @param {Change[]} changes @param {string | boolean} fresh @param {boolean} [firmly]
   */
  show(changes, fresh, firmly) {
    if (changes.length) this.#column.draw(changes, fresh, firmly)
    this.#tell()
  }

  /** The reader has scrolled. */
  scrolled() {
    const waits = this.#items.size
    if (!(waits || this.#state.holding) || this.#holds) return
    // Where it comes in above, the reader has gone on again.
    if (waits) this.show(this.#take(), true, true)
    else this.settle()
  }

  /** Show what need not wait any longer, and drop what is below the limit. */
  settle() {
    this.prepare()
    this.#draw([...this.#state.trim(), ...this.#take()], true)
  }

  /** Show what waits, and go there. */
  reveal() {
    const changes = this.#take()
    if (!changes.length) return
    const first = changes.filter(({ key }) => this.#isNew(key)).at(-1) ?? changes[0]
    this.#announcer.drop()
    this.show(changes, true)
    this.#feed.scrollIntoView({ behavior: 'instant' })
    focusOn(this.#column.element(first.key) ?? this.#feed)
  }

  /** @param {Change[]} changes @param {string | boolean} fresh */
  #draw(changes, fresh) {
    this.show(this.#holds ? this.#sift(changes) : [...changes, ...this.#take(changes)], fresh)
  }

  /**
   * Set aside what has to wait: new items above the last one that the reader sees, and moves. What
   * changes in an item is shown where it stands. What takes the place of one that has left is no
   * news: the item itself, or a note that it was withdrawn.
   * @param {Change[]} changes
   * @returns {Change[]} what to show now
   */
  #sift(changes) {
    const edge = this.#column.edge(changes)
    return changes.flatMap(({ key, item }) => {
      const stood = this.#column.order(key)
      this.#items.delete(key)
      if (!item) {
        if (this.#left.size === MOST_LEFT) this.#left.clear()
        if (stood !== undefined) this.#left.add(stood)
        return { key }
      }
      const order = String(item.order ?? '')
      const moves = stood != null && stood !== order
      const comes = stood === undefined && !this.#left.has(order) && edge &&
        compare({ key, order }, edge) < 0
      if (this.paused || moves || comes) this.#items.set(key, item)
      if (this.paused || comes) return []
      return { key, item: moves ? { ...item, order: stood } : item }
    })
  }

  /** Let all go. @param {Change[]} changes that say it anew @returns {Change[]} that show the others */
  #take(changes = []) {
    for (const { key } of changes) this.#items.delete(key)
    const others = this.#state.puts(this.#items)
    this.#items.clear()
    this.#left.clear()
    return others
  }

  /** Is it not on the page? @param {string} key */
  #isNew(key) {
    return this.#column.order(key) === undefined
  }

  #tell() {
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
