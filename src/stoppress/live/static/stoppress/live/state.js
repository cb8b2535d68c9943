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
 *   items?: Item[], limit?: number | null, floor?: string | null, cursor?: string | null
 * }} Snapshot
 */

/**
 * What a page has to do: show an item where its order says; without one, take the key away.
 * @typedef {{key: string, item?: Item}} Change
 */

const REMEMBERED = 1000

/** Keep which items of a stream are shown, in which order and version. Holds no text. */
export class State {
  /** @type {Place[]} the largest order first */
  #shown = []

  /** @type {Map<string, Known>} what was removed or is below the floor, oldest first */
  #gone = new Map()

  #limit = Infinity

  /** @type {string | null} the lowest order that is shown; null: everything is */
  floor = null

  /** @param {Snapshot} snapshot */
  constructor(snapshot = {}) {
    this.#start(snapshot)
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
   * Take in a snapshot or an event that the client's rule lets through.
   *
   * A page obeys `op` alone; one that it does not know changes nothing. (Asking again would bring
   * the same event again.)
   * @param {Frame} frame
   * @returns {Change[]} in the order in which to make them
   */
  apply(frame) {
    if (frame.type === 'snapshot') return this.#replace(frame)
    if (frame.op === 'put') return this.#put(frame)
    return frame.op === 'remove' ? this.#remove(frame) : []
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
    if (this.floor !== null && entry.order < this.floor) {
      this.#remember(entry)
      return away
    }
    this.#shown = [...this.#shown, entry].sort(compare)
    const change = { key: entry.key, item }
    if (this.#shown.length <= this.#limit) return [change]
    // The lowest goes when there is one too many: the floor rises.
    const lowest = /** @type {Place} */ (this.#shown.pop())
    this.#remember(lowest)
    this.floor = this.#shown.at(-1)?.order ?? lowest.order
    return lowest === entry ? away : [{ key: lowest.key }, change]
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
    const items = new Map(frame.items?.map((item) => [item.key, item]))
    const away = this.keys.filter((key) => !items.has(key)).map((key) => ({ key }))
    this.#gone.clear()
    this.#start(frame)
    return [...away, ...this.puts(items)]
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

/** @param {Item} item @param {number} at @returns {Place} */
function place({ key, version, order }, at) {
  return { key, version: version ?? at, at, order: String(order ?? '') }
}

/** @param {{key: string, order: string}} a @param {{key: string, order: string}} b */
export function compare(a, b) {
  if (a.order !== b.order) return a.order > b.order ? -1 : 1
  return a.key < b.key ? -1 : Number(a.key > b.key)
}
