import { Connection } from './connection.js'
import { Delay } from './delay.js'
import { endpoint } from './endpoint.js'
import { decide, lowest } from './rule.js'
import { setClock } from './times.js'

/** @typedef {import('./rule.js').Frame} Frame */

/**
 * Who shows a stream. `take` returns true to ask again.
 * @typedef {{
 *   stream: string, cursor: string | null, take(frame: Frame): boolean, offer(build?: string): void,
 *   show(condition: string, code?: number, transport?: string): void
 * }} Feed
 */

const MOST_STREAMS = 64
const TOO_MANY = 4400

/** Share one connection among all feeds of a page, and one subscription among those of a stream. */
export class Subscriptions {
  /** @type {Record<string, Subscriptions>} */
  static #byAddress = {}

  /** @type {Set<Feed>} */
  #feeds = new Set()

  /** @type {Set<Feed>} */
  #newcomers = new Set()

  /** @type {Map<string, string | null>} stream to the cursor that this connection has come to */
  #sent = new Map()

  /** @type {Set<string>} streams that have caught up */
  #live = new Set()

  #delay = new Delay()

  /** @type {string | undefined} */
  #build
  #address
  #connection
  #condition = 'connecting'
  #settling = false

  /** @param {string} address */
  static at(address) {
    return Subscriptions.#byAddress[address] ??= new Subscriptions(address)
  }

  /** @param {string} address */
  constructor(address) {
    this.#address = address
    this.#connection = new Connection(address, this)
  }

  /** @param {Frame} frame @returns {boolean} whether to ask again */
  receive(frame) {
    const { type } = frame
    if (type === 'event' || type === 'snapshot') return this.#deliver(frame)
    if (type === 'live') return this.#caughtUp(frame)
    if (type === 'heartbeat') return this.#compare(frame)
    if (type === 'hello') {
      this.#live.clear()
      this.#delay = new Delay()
      this.#delay.hear(frame.time)
      setClock(frame.time)
      this.#build = frame.build
    }
    return false
  }

  /** @param {Feed} feed */
  join(feed) {
    this.#feeds.add(feed)
    this.#newcomers.add(feed)
    this.#settle()
  }

  /** @param {Feed} feed */
  leave(feed) {
    this.#feeds.delete(feed)
    this.#newcomers.delete(feed)
    this.#settle()
  }

  /** Ask anew when the set of streams has changed; a feed that was only moved costs nothing. */
  #settle() {
    if (this.#settling) return
    this.#settling = true
    queueMicrotask(() => {
      this.#settling = false
      const newcomers = [...this.#newcomers]
      this.#newcomers.clear()
      const streams = this.#streams
      const same = streams.length === this.#sent.size &&
        streams.every((stream) => this.#sent.has(stream)) &&
        newcomers.every(({ stream, cursor }) => cursor === this.#sent.get(stream))
      if (!this.#feeds.size) {
        // The next feed may have another reader.
        this.#connection.token = ''
        this.#sent.clear()
        this.#connection.stop()
        return
      }
      if (!same) this.#connection.start()
      for (const feed of newcomers) this.#tell(feed)
    })
  }

  /** Ask anew with another token. @param {string} token empty: without one */
  authorize(token) {
    if (token === this.#connection.token) return
    this.#connection.token = token
    if (this.#feeds.size) this.#connection.start()
  }

  /** Return where older items are, and the token that says who reads. @param {string} query */
  range(query) {
    return { url: endpoint(this.#address, 'range', query), token: this.#connection.token }
  }

  /** Return what to ask for. */
  query() {
    this.#sent = new Map(this.#streams.sort().slice(0, MOST_STREAMS).map((stream) => [
      stream, lowest(this.#of(stream).map(({ cursor }) => cursor))
    ]))
    return [...this.#sent].map(([stream, cursor]) => (
      `stream=${encode(stream)}${cursor === null ? '' : `@${encode(cursor)}`}`
    )).join('&')
  }

  /** @param {Frame} frame @returns {boolean} */
  #deliver(frame) {
    const { stream, cursor, time } = frame
    if (!this.#sent.has(stream)) return false
    this.#sent.set(stream, cursor)
    const asks = this.#of(stream).map((feed) => {
      const verdict = decide(feed.cursor, frame)
      return verdict === 'apply' ? feed.take(frame) : verdict === 'ask'
    })
    // A replay is late by its nature, and says nothing about the line.
    if (this.#live.has(stream)) this.#delay.note(time)
    return asks.includes(true)
  }

  /** @param {Frame} frame @returns {boolean} */
  #caughtUp(frame) {
    const feeds = this.#of(frame.stream)
    if (feeds.some(({ cursor }) => decide(cursor, frame) === 'ask')) return true
    this.#live.add(frame.stream)
    for (const feed of feeds) this.#tell(feed)
    return false
  }

  /** @param {Frame} frame @returns {boolean} */
  #compare(frame) {
    const feeds = [...this.#feeds]
    if (feeds.some(({ stream, cursor }) => decide(cursor, { ...frame, stream }) === 'ask')) {
      return true
    }
    this.#delay.hear(frame.time)
    setClock(frame.time)
    feeds[0]?.offer(this.#build)
    // The server takes 4 KiB.
    let room = 4000
    const cursors = Object.fromEntries(feeds.flatMap(({ stream, cursor }) => (
      cursor !== null && this.#sent.has(stream) && (room -= stream.length + cursor.length + 6) > 0
        ? [[stream, cursor]] : []
    )))
    this.#connection.send({ type: 'applied', cursors, delay_ms: this.#delay.take() })
    return false
  }

  /** @param {string} condition @param {number} [code] */
  changed(condition, code) {
    this.#condition = condition
    this.#live.clear()
    for (const feed of this.#feeds) this.#tell(feed, code)
  }

  /**
   * Give up the streams that a refusal names, so that one bad name does not silence the others.
   * @param {number} code @param {string} reason
   */
  refused(code, reason) {
    const words = /** @type {string[]} */ (reason.match(/[a-z0-9:_-]*[a-z0-9_-]/g) ?? [])
    const streams = this.#streams
    const named = streams.filter((stream) => words.includes(stream))
    if (!named.length || named.length === streams.length) return false
    for (const feed of named.flatMap((stream) => this.#of(stream))) {
      feed.show('stopped', code)
      this.#feeds.delete(feed)
    }
    return true
  }

  /** @param {Feed} feed @param {number} [code] */
  #tell(feed, code) {
    const { stream } = feed
    const { label } = this.#connection
    if (this.#live.has(stream)) feed.show(label === 'poll' ? 'polling' : 'live', undefined, label)
    else if (this.#sent.size === MOST_STREAMS && !this.#sent.has(stream)) {
      feed.show('stopped', TOO_MANY)
    } else feed.show(this.#condition, code)
  }

  get #streams() {
    return [...new Set([...this.#feeds].map(({ stream }) => stream))]
  }

  /** @param {string} stream */
  #of(stream) {
    return [...this.#feeds].filter((feed) => feed.stream === stream)
  }
}

/** @param {string} text */
function encode(text) {
  return encodeURIComponent(text).replaceAll('%3A', ':')
}
