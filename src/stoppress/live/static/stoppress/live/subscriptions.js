import { Delay } from './delay.js'
import { endpoint } from './endpoint.js'
import { MOST_STREAMS } from './leader.js'
import { Line } from './line.js'
import { decide, lowest } from './rule.js'
import { setClock } from './times.js'

/** @typedef {import('./rule.js').Frame} Frame */

/**
 * A feed that shows a stream. `take` returns true to ask again.
 * @typedef {{
 *   stream: string, cursor: string | null, take(frame: Frame): boolean, offer(build?: string): void,
 *   show(condition: string, code?: number, transport?: string): void
 * }} Feed
 */

const TOO_MANY = 4400

/** Share one line among all feeds of a page, and one subscription among all feeds of a stream. */
export class Subscriptions {
  /** @type {Record<string, Subscriptions>} */
  static #byAddress = {}

  /** @type {Set<Feed>} */
  #feeds = new Set()

  /** @type {Set<Feed>} */
  #newcomers = new Set()

  /** @type {Set<string>} streams that were asked for */
  #asked = new Set()

  /** @type {Set<string>} streams that have caught up */
  #live = new Set()

  #delay = new Delay()

  /** @type {string | undefined} */
  #build
  #address
  #line
  #label = ''
  #condition = 'connecting'
  #settling = false

  /** @param {string} address */
  static at(address) {
    return Subscriptions.#byAddress[address] ??= new Subscriptions(address)
  }

  /** @param {string} address */
  constructor(address) {
    this.#address = address
    this.#line = new Line(address, this)
  }

  /** @param {Frame} frame @param {string} [label] by which transport @returns {boolean} whether to ask again */
  receive(frame, label = '') {
    const { type } = frame
    this.#label = label
    if (type === 'event' || type === 'snapshot') return this.#deliver(frame)
    if (type === 'live') return this.#caughtUp(frame)
    if (type === 'heartbeat') return this.#compare(frame)
    if (type === 'hello') {
      this.#condition = 'connecting'
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
    if (this.#feeds.has(feed)) return
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

  /** Ask for the present streams, once for all feeds that have joined or left. */
  #settle() {
    if (this.#settling) return
    this.#settling = true
    queueMicrotask(() => {
      this.#settling = false
      const newcomers = [...this.#newcomers]
      this.#newcomers.clear()
      // The next feed may have another reader.
      if (!this.#feeds.size) this.#line.token = ''
      this.#line.ask()
      for (const feed of newcomers) this.#tell(feed)
    })
  }

  /** Ask again with another token. @param {string} token empty: without one */
  authorize(token) {
    if (token === this.#line.token) return
    this.#line.token = token
    if (this.#feeds.size) this.#line.ask()
  }

  /** Return the address of older items, and the reader's token. @param {string} query */
  range(query) {
    return { url: endpoint(this.#address, 'range', query), token: this.#line.token }
  }

  /** Return the streams to ask for, each with the cursor to resume from. */
  wants() {
    this.#asked = new Set(this.#streams.sort().slice(0, MOST_STREAMS))
    return Object.fromEntries([...this.#asked].map((stream) => (
      [stream, lowest(this.#of(stream).map(({ cursor }) => cursor))]
    )))
  }

  /** @param {Frame} frame @returns {boolean} */
  #deliver(frame) {
    const { stream, time } = frame
    if (!this.#asked.has(stream)) return false
    const asks = this.#of(stream).map((feed) => {
      const verdict = decide(feed.cursor, frame)
      return verdict === 'apply' ? feed.take(frame) : verdict === 'ask'
    })
    // Replayed events are always late, and would not measure the connection.
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
    this.#line.answer(this.#delay.take(), frame.time)
    return false
  }

  /** @param {string} condition @param {number} [code] */
  changed(condition, code) {
    this.#condition = condition
    this.#live.clear()
    for (const feed of this.#feeds) this.#tell(feed, code)
  }

  /** Give up streams that were refused. @param {string[]} streams @param {number} [code] */
  stopped(streams, code) {
    for (const feed of streams.flatMap((stream) => this.#of(stream))) {
      feed.show('stopped', code)
      this.#feeds.delete(feed)
    }
  }

  /** @param {Feed} feed @param {number} [code] */
  #tell(feed, code) {
    const { stream } = feed
    const label = this.#label
    if (this.#live.has(stream)) feed.show(label === 'poll' ? 'polling' : 'live', undefined, label)
    else if (this.#asked.size === MOST_STREAMS && !this.#asked.has(stream)) {
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
