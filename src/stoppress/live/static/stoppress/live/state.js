import { position } from './rule.js'

/** @typedef {import('./rule.js').Item} Item */
/** @typedef {import('./rule.js').Frame} Frame */
/**
 * A key's known version, and the position of the event or snapshot that it came from.
 * @typedef {{key: string, version: number, at: number, removed?: boolean}} Known
 */
/** @typedef {Known & {order: string}} Place */
/**
 * @typedef {{
 *   items?: Item[], limit?: number | null, floor?: string | null, ceiling?: string | null,
 *   cursor?: string | null
 * }} Snapshot
 */
/**
 * Items that were read below an order, and their lowest order; null: nothing is below.
 * @typedef {{items: Item[], cursor: string, floor: string | null}} Part
 */

/**
 * A change of the page: show an item at its order's place; without an item, remove the key.
 * @typedef {{key: string, item?: Item}} Change
 */

const REMEMBERED = 1000
/** How many items a page keeps while it is holding: its limit, or this if it is more. */
const HELD = 500

/** The keys, orders and versions of a stream's shown items, without their content. */
export class State {
  /** @type {Place[]} the largest order first */
  #shown = []

  /** @type {Map<string, Known>} items that were removed or are below the floor, oldest first */
  #gone = new Map()

  #limit = Infinity

  /** The floor does not rise, however many items come. */
  #fixed = false

  /** The reader has scrolled down, so the lowest items must stay: up to 500 do. */
  holding = false

  /** The stream has ranges below its snapshot, as far as is known. */
  ranged = true

  /** @type {string | null} the lowest order that is shown; null: everything is shown */
  floor = null

  /** @type {string | null} all shown items have smaller orders; null: the newest are shown */
  ceiling = null

  /** @param {Snapshot} snapshot */
  constructor(snapshot = {}) {
    this.ceiling = snapshot.ceiling ?? null
    this.#start(snapshot)
    if (this.ceiling !== null) this.fix()
  }

  /** Keep the floor from now on, however many items come. */
  fix() {
    this.#fixed = true
    this.#limit = Infinity
  }

  /** @param {Snapshot} snapshot */
  #start({ items = [], limit, floor = null, cursor }) {
    const since = position(cursor)
    this.#limit = limit || Infinity
    this.floor = floor
    this.#shown = items.map((item) => place(item, since)).sort(compare)
  }

  /** The keys that are shown, from first to last. */
  get keys() {
    return this.#shown.map(({ key }) => key)
  }

  /**
   * Whether a snapshot lacks a part of the shown range. Its items are not shown then: the range
   * must be read.
   * @param {Frame} frame
   */
  lacks({ type, floor = null }) {
    return type === 'snapshot' && (this.#fixed || (this.holding && this.ranged)) && floor !== null &&
      (this.floor === null || floor > this.floor)
  }

  /**
   * Apply a snapshot or an event that the client's rule accepts.
   *
   * Only `op` decides; an unknown one changes nothing. (Asking again would bring the same event.)
   * @param {Frame} frame
   * @returns {Change[]} in the order in which to make them
   */
  apply(frame) {
    if (frame.type === 'snapshot') return this.lacks(frame) ? this.#without(frame) : this.#replace(frame)
    if (frame.op === 'put') return this.#put(frame)
    return frame.op === 'remove' ? this.#remove(frame) : []
  }

  /**
   * Remove items that a snapshot should have but has not: they may have been withdrawn.
   * @param {Frame} frame @returns {Change[]}
   */
  #without({ items = [], floor }) {
    const keys = byKey(items)
    return this.#shown.filter(({ key, order }) => order >= String(floor) && !keys.has(key))
      .flatMap(({ key }) => this.#forget(key))
  }

  /** @param {Frame} frame @returns {Change[]} */
  #put({ key, item, cursor }) {
    if (!item) return []
    const entry = place({ ...item, key: key ?? item.key }, position(cursor))
    const known = this.#known(entry.key)
    if (known) {
      // With equal versions the later replaces the earlier, unless the key was removed at it.
      const newer = entry.version - known.version || (known.removed ? 0 : entry.at - known.at)
      if (newer <= 0) return []
    }

    const away = this.#forget(entry.key)
    if (!this.#includes(entry)) {
      this.#remember(entry)
      return away
    }
    this.#shown = [...this.#shown, entry].sort(compare)
    const dropped = this.trim().filter(({ key }) => key !== entry.key)
    return [...dropped, ...this.#shown.includes(entry) ? [{ key: entry.key, item }] : away]
  }

  /**
   * Drop the lowest items if there are too many: the floor rises.
   * @returns {Change[]}
   */
  trim() {
    const most = this.holding ? Math.max(this.#limit, HELD) : this.#limit
    const lowest = this.#shown.splice(most)
    for (const entry of lowest) this.#remember(entry)
    if (lowest.length) this.floor = this.#shown[most - 1].order
    return lowest.map(({ key }) => ({ key }))
  }

  /** @param {Frame} frame @returns {Change[]} */
  #remove({ key = '', item, cursor }) {
    const version = item?.version
    if ((version ?? Infinity) < (this.#known(key)?.version ?? 0)) return []
    const away = this.#forget(key)
    if (version !== undefined) this.#remember({ key, version, at: position(cursor), removed: true })
    return away
  }

  /** @param {Frame} frame @returns {Change[]} */
  #replace(frame) {
    const { items = [], cursor } = frame
    const before = this.keys
    this.#gone.clear()
    if (this.#fixed) this.#shown = this.#places(items, cursor)
    else this.#start(frame)
    return [...this.#removals(before), ...this.puts(byKey(items))]
  }

  /** Return an empty range. @param {string | null} ceiling @param {string | null} floor */
  below(ceiling, floor) {
    const range = new State({ ceiling, floor })
    range.fix()
    return range
  }

  /**
   * Show a range's items: instead of all shown ones if it begins at the ceiling, else besides them.
   * @param {State} range
   * @param {Map<string, Item>} items of the range
   * @returns {Change[]}
   */
  adopt(range, items) {
    const before = this.keys
    const read = new Set(range.keys)
    if (range.ceiling === this.ceiling) {
      this.#gone = range.#gone
      this.#shown = []
    }
    this.floor = range.floor
    this.#shown = [...this.#shown.filter(({ key }) => !read.has(key)), ...range.#shown]
    return [...this.#removals(before), ...range.puts(items)]
  }

  /** Whether it is in the shown range. @param {Place} entry */
  #includes({ order }) {
    return (this.floor === null || order >= this.floor) &&
      (this.ceiling === null || order < this.ceiling)
  }

  /** @param {Item[]} items @param {string | null} [cursor] @returns {Place[]} of the range */
  #places(items, cursor) {
    const since = position(cursor)
    return items.map((item) => place(item, since)).filter((entry) => this.#includes(entry))
      .sort(compare)
  }

  /** @param {string[]} before @returns {Change[]} that remove keys that are no longer shown */
  #removals(before) {
    const keys = new Set(this.keys)
    return before.filter((key) => !keys.has(key)).map((key) => ({ key }))
  }

  /**
   * Return the changes that show some items, from the last to the first.
   * @param {Map<string, Item>} items
   * @returns {Change[]}
   */
  puts(items) {
    return this.#shown.flatMap(({ key }) => {
      const item = items.get(key)
      return item ? [{ key, item }] : []
    }).reverse()
  }

  /** @param {string} key */
  #known(key) {
    return this.#shown.find((shown) => shown.key === key) ?? this.#gone.get(key)
  }

  /** Forget a key. @param {string} key @returns {Change[]} that remove it from the page */
  #forget(key) {
    const away = this.keys.includes(key) ? [{ key }] : []
    this.#shown = this.#shown.filter((shown) => shown.key !== key)
    this.#gone.delete(key)
    return away
  }

  /** @param {Known} known */
  #remember(known) {
    this.#gone.set(known.key, known)
    if (this.#gone.size > REMEMBERED) {
      this.#gone.delete(/** @type {string} */ (this.#gone.keys().next().value))
    }
  }
}

/** @param {Item[]} items */
function byKey(items) {
  return new Map(items.map((item) => [item.key, item]))
}

/** @param {Item} item @param {number} at @returns {Place} */
function place({ key, version, order }, at) {
  return { key, version: version ?? at, at, order: String(order ?? '') }
}

/** @param {{key: string, order: string}} a @param {{key: string, order: string}} b */
export function compare(a, b) {
  if (a.order !== b.order) return a.order > b.order ? -1 : 1
  return a.key < b.key ? -1 : Number(a.key > b.key)
}
