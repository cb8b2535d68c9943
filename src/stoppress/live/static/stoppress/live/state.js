import { position } from './rule.js'

/** @typedef {import('./rule.js').Item} Item */
/** @typedef {import('./rule.js').Frame} Frame */
/**
 * What is known of a key: its version, and the position of the event or snapshot that said so.
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
 * Items that were read below an order, and the lowest order of them; null: nothing is below.
 * @typedef {{items: Item[], cursor: string, floor: string | null}} Part
 */

/**
 * What a page has to do: show an item where its order says; without one, take the key away.
 * @typedef {{key: string, item?: Item}} Change
 */

const REMEMBERED = 1000
/** How many items a page keeps while it holds: its limit, or this. */
const HELD = 500

/** Keep which items of a stream are shown, in which order and version. Holds no text. */
export class State {
  /** @type {Place[]} the largest order first */
  #shown = []

  /** @type {Map<string, Known>} what was removed or is below the floor, oldest first */
  #gone = new Map()

  #limit = Infinity

  /** The floor stays, however many items come. */
  #fixed = false

  /** The reader is where the lowest items must not go: up to 500 stay. */
  holding = false

  /** The stream can be read further down than a snapshot, as far as is known. */
  ranged = true

  /** @type {string | null} the lowest order that is shown; null: everything is */
  floor = null

  /** @type {string | null} what is shown has smaller orders; null: it is shown from the top */
  ceiling = null

  /** @param {Snapshot} snapshot */
  constructor(snapshot = {}) {
    this.ceiling = snapshot.ceiling ?? null
    this.#start(snapshot)
    if (this.ceiling !== null) this.fix()
  }

  /** Let the floor stay where it is, however many items come. */
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
   * Does a snapshot lack a part of the range that is shown? It shows nothing then: the range has to
   * be read.
   * @param {Frame} frame
   */
  lacks({ type, floor = null }) {
    return type === 'snapshot' && (this.#fixed || (this.holding && this.ranged)) && floor !== null &&
      (this.floor === null || floor > this.floor)
  }

  /**
   * Take in a snapshot or an event that the client's rule lets through.
   *
   * A page obeys `op` alone; one that it does not know changes nothing. (Asking again would bring
   * the same event again.)
   * @param {Frame} frame
   * @returns {Change[]} in the order in which to make them
   */
  apply(frame) {
    if (frame.type === 'snapshot') return this.lacks(frame) ? this.#without(frame) : this.#replace(frame)
    if (frame.op === 'put') return this.#put(frame)
    return frame.op === 'remove' ? this.#remove(frame) : []
  }

  /**
   * Take away what is not in a snapshot that reaches down to it: perhaps it was withdrawn.
   * @param {Frame} frame @returns {Change[]}
   */
  #without({ items = [], floor }) {
    const keys = byKey(items)
    return this.#shown.filter(({ key, order }) => order >= String(floor) && !keys.has(key))
      .flatMap(({ key }) => this.#take(key))
  }

  /** @param {Frame} frame @returns {Change[]} */
  #put({ key, item, cursor }) {
    if (!item) return []
    const entry = place({ ...item, key: key ?? item.key }, position(cursor))
    const known = this.#known(entry.key)
    if (known) {
      // Of one version the later replaces the earlier, unless the key was removed at that version.
      const newer = entry.version - known.version || (known.removed ? 0 : entry.at - known.at)
      if (newer <= 0) return []
    }

    const away = this.#take(entry.key)
    if (!this.#includes(entry)) {
      this.#remember(entry)
      return away
    }
    this.#shown = [...this.#shown, entry].sort(compare)
    const dropped = this.trim().filter(({ key }) => key !== entry.key)
    return [...dropped, ...this.#shown.includes(entry) ? [{ key: entry.key, item }] : away]
  }

  /**
   * Let the lowest items go where there are too many: the floor rises.
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
    const away = this.#take(key)
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
    return [...this.#left(before), ...this.puts(byKey(items))]
  }

  /** Return an empty range. @param {string | null} ceiling @param {string | null} floor */
  below(ceiling, floor) {
    const range = new State({ ceiling, floor })
    range.fix()
    return range
  }

  /**
   * Show what was read below an order: below the ceiling in place of all that is shown, else besides.
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
    return [...this.#left(before), ...range.puts(items)]
  }

  /** Does it stand in the range? @param {Place} entry */
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

  /** @param {string[]} before @returns {Change[]} that take away what is no longer shown */
  #left(before) {
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

  /** Forget a key. @param {string} key @returns {Change[]} that take it from the page */
  #take(key) {
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
