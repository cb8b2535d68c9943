import { position } from './rule.js'

/** @typedef {import('./rule.js').Frame} Frame */
/** @typedef {import('./state.js').Part} Part */

/**
 * The source of a stream's ranges: its name, the page's cursor, the number of items in a snapshot,
 * and a function that returns the address and the token for a query.
 * @typedef {{
 *   stream: string, cursor: string | null, limit: number,
 *   fetchable(query: string): {url: URL, token: string}
 * }} Source
 */

const PATIENCE = 10_000
const MOST_ITEMS = 100
const MOST_PARTS = 10

/**
 * The error of a failed request; of a refusal, with the status and the seconds to wait.
 * @typedef {Error & {status?: number, wait?: number}} Failure
 */

/** Read a part of a stream below an order, once. */
export class Range {
  /** @type {Frame[]} the stream's events since the request */
  events = []

  /** Its result is no longer wanted. */
  stopped = false
  #leaving = new AbortController()

  stop() {
    this.stopped = true
    this.#leaving.abort()
  }

  /**
   * Read down to a floor, 1,000 items at most.
   * @param {Source} source
   * @param {string | null} below null: from the top
   * @param {string | null} [floor] null: to the end; none: one part, of as many items as a snapshot
   * @param {number} [shown] how many items there were
   * @returns {Promise<Part[]>}
   */
  async read(source, below, floor, shown = 0) {
    this.events = []
    const limit = Math.min(Math.max(source.limit, shown), MOST_ITEMS)
    let after = source.cursor
    /** @type {Part[]} */
    const parts = []
    do {
      const part = await this.#ask(source, below, limit, after)
      parts.push(part)
      after = part.cursor
      below = part.floor
    } while (
      !this.stopped && floor !== undefined && below !== null && (floor === null || below > floor) &&
      parts.length < MOST_PARTS
    )
    return parts
  }

  /**
   * @param {Source} source @param {string | null} below @param {number} limit
   * @param {string | null} after
   * @returns {Promise<Part>}
   */
  async #ask({ stream, fetchable }, below, limit, after) {
    // In this order, so that all readers of a range share one cached answer.
    const query = new URLSearchParams({
      stream, ...below !== null && { below }, ...limit && { limit: `${limit}` },
      ...after !== null && { after }
    })
    const { url, token } = fetchable(`${query}`)
    const leaving = this.#leaving = new AbortController()
    const timer = setTimeout(() => leaving.abort(), PATIENCE)
    try {
      const { signal } = leaving
      const headers = token ? { Authorization: `Bearer ${token}` } : undefined
      const answer = await fetch(url, { signal, headers })
      const { ok, status } = answer
      const wait = Number(answer.headers.get('Retry-After'))
      if (!ok) throw Object.assign(new Error(`live-feed: status ${status}`), { status, wait })
      const { items, cursor, floor } = await answer.json()
      // A cache may ignore the query, and answer with an older state.
      if (!(position(cursor) >= position(after ?? cursor))) throw new Error('live-feed: too old')
      return { items: [...items], cursor, floor: floor ?? null }
    } finally {
      clearTimeout(timer)
    }
  }
}
