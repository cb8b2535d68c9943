import { Connection } from './connection.js'
import { lowest } from './rule.js'

/** @typedef {import('./connection.js').Condition} Condition */
/** @typedef {import('./rule.js').Frame} Frame */
/** @typedef {Record<string, string | null>} Wants stream to cursor; null asks for a snapshot */

/**
 * A message of a tab. `again`: a frame of the connection `turn` does not continue the tab's events.
 * `delay` answers the heartbeat with the `time`; `shown`: the tab is visible again; `gone`: the tab
 * leaves. A message without any of these asks whether the leader is there.
 * @typedef {{
 *   tab: string, hidden: boolean, wants?: Wants, again?: boolean, turn?: number, time?: string,
 *   delay?: number, shown?: boolean, gone?: boolean
 * }} Word
 */

/**
 * A message to all tabs. `tabs` are served from here on; `frames` have come by the transport
 * `label`; `condition`, `code` and `until` are the state of the connection; `stop` lists refused
 * streams; `alone` is a tab that needs its own connection, `lost` one that must send its wants
 * again.
 * @typedef {{
 *   leader: string, turn: number, tabs?: string[], frames?: Frame[], label?: string,
 *   condition?: Condition, code?: number, until?: number, stop?: string[], alone?: string,
 *   lost?: string
 * }} Told
 */

/** The most streams of a connection. */
export const MOST_STREAMS = 64

/** A stream's name. The server refuses a query with any other, with all of its streams. */
const NAME = /^[a-z0-9][a-z0-9:_-]{0,63}$/

/** Time for other tabs to send their wants before a connection is opened, in milliseconds. */
const SETTLE = 50

/** A tab that was silent for this many heartbeats is gone. */
const MISSED = 3

/** Ask by one connection for the streams of several tabs, and pass the frames to all of them. */
export class Leader {
  #name
  #say
  #others
  #connection

  /** @type {Map<string, {wants: Wants, streams: string[], hidden: boolean, at: number, told: boolean}>} */
  #tabs = new Map()

  /** @type {Map<string, string | null>} stream to the cursor of this connection's last frame */
  #sent = new Map()

  /** @type {Map<string, string | null>} the cursors at which the next connection must begin */
  #nextCursors = new Map()

  /** @type {Map<string, number>} how often a tab asked again since its last heartbeat answer */
  #askedAgain = new Map()

  /** @type {Set<string>} streams that have caught up */
  #live = new Set()

  /** @type {Frame[]} one, or none */
  #hello = []

  /** @type {{time?: string, sent: Map<string, string | null>, delays: Map<string, number>} | null} */
  #heartbeat = null

  /** The number of this connection. */
  #turn = 0
  #condition = /** @type {Condition} */ ('connecting')
  #until

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /**
   * @param {string} name of the tab that leads
   * @param {(told: Told) => void} say
   * @param {string} address
   * @param {string} token
   * @param {number} until the time before which the server wants no reconnection
   * @param {boolean} others whether there are other tabs, which will send their wants
   */
  constructor(name, say, address, token, until, others) {
    this.#name = name
    this.#say = say
    this.#others = others
    this.#until = until
    this.#connection = new Connection(address, this, token)
  }

  close() {
    clearTimeout(this.#timer)
    this.#connection.close()
  }

  /** @param {Word} word */
  hear({ tab, hidden, wants, again, turn, time, delay, shown, gone }) {
    if (gone) this.#tabs.delete(tab)
    const odd = again && turn === this.#turn && this.#alwaysAsksAgain(tab)
    if (odd) this.#tabs.delete(tab)
    if (odd || (wants && !this.#accept(tab, wants))) return this.#tell({ alone: tab })
    const known = this.#tabs.get(tab)
    if (known) Object.assign(known, { hidden, at: Date.now() })
    if (again && turn === this.#turn) this.#connection.again()
    if (wants || (gone && !this.#tabs.size)) this.#askSoon(tab)
    else if (!known) this.#tell(gone ? {} : { lost: tab })
    else if (delay === undefined) this.#tell({})
    else this.#answer(tab, delay, time)
    if (shown) this.#connection.wake()
  }

  /** Whether only this tab asked again on three connections in a row: it then gets its own. @param {string} tab */
  #alwaysAsksAgain(tab) {
    const count = (this.#askedAgain.get(tab) ?? 0) + 1
    this.#askedAgain.set(tab, count)
    return count > 2 && this.#askedAgain.size === 1 && this.#tabs.size > 1
  }

  /** Record a tab's wants. @param {string} tab @param {Wants} wants @returns {boolean} whether there is room */
  #accept(tab, wants) {
    const streams = Object.keys(wants)
    this.#tabs.delete(tab)
    const most = new Set([...this.#streams, ...streams]).size > MOST_STREAMS
    if (this.#tabs.size && (most || !streams.every((name) => NAME.test(name)))) return false
    if (streams.length) {
      this.#tabs.set(tab, { wants, streams, hidden: false, at: 0, told: false })
    }
    this.#lower(wants)
    return true
  }

  /** Begin the next connection at a tab's cursors, if this one is at others. @param {Wants} wants */
  #lower(wants) {
    for (const [stream, cursor] of Object.entries(wants)) {
      if (this.#sent.get(stream) === cursor) continue
      this.#nextCursors.set(stream, both(this.#nextCursors.get(stream), cursor))
    }
  }

  /** @param {string} tab the tab whose wants have changed */
  #askSoon(tab) {
    if (tab === this.#name && !this.#others) return this.#ask()
    this.#others = false
    this.#timer ??= setTimeout(() => this.#ask(), SETTLE)
  }

  /** Ask for the tabs' streams, unless the connection already has them. */
  #ask() {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (!this.#tabs.size) {
      this.#sent.clear()
      this.#nextCursors.clear()
      this.#connection.stop()
      return
    }
    for (const tab of this.#tabs.values()) {
      // Frames since its message were not for this tab.
      if (!tab.told) this.#lower(tab.wants)
      tab.told = true
    }
    if (this.#nextCursors.size || this.#streams.length !== this.#sent.size) {
      this.#connection.start(this.#until)
    }
    this.#tell({
      tabs: [...this.#tabs.keys()], condition: this.#condition, until: this.#until,
      label: this.#connection.label,
      frames: this.#nextCursors.size ? [] : [...this.#hello, ...[...this.#live].map((stream) => (
        /** @type {Frame} */ ({ type: 'live', stream, cursor: this.#sent.get(stream) })
      ))]
    })
  }

  get hidden() {
    return [...this.#tabs.values()].every(({ hidden }) => hidden)
  }

  renew() {
    this.#turn++
    this.#hello = []
    this.#heartbeat = null
    this.#live.clear()
    this.#sent = new Map(this.#streams.sort().map((stream) => [
      stream, both(this.#sent.get(stream), this.#nextCursors.get(stream))
    ]))
    this.#nextCursors.clear()
  }

  query() {
    return [...this.#sent].map(([stream, cursor]) => (
      `stream=${encode(stream)}${cursor === null ? '' : `@${encode(cursor)}`}`
    )).join('&')
  }

  /** @param {Frame} frame */
  receive(frame) {
    const { type, stream, cursor, time } = frame
    if (type === 'hello') this.#hello = [frame]
    if (this.#sent.has(stream)) {
      if (type === 'event' || type === 'snapshot') this.#sent.set(stream, cursor)
      if (type === 'live') this.#live.add(stream)
    }
    this.#condition = 'connecting'
    this.#until = 0
    if (type === 'heartbeat') {
      const oldest = Date.now() - MISSED * (this.#hello[0]?.heartbeat ?? 25) * 1000
      for (const [tab, { at }] of this.#tabs) {
        if (tab !== this.#name && at < oldest) this.#tabs.delete(tab)
      }
      // A tab that joins later needs the present time.
      this.#hello = this.#hello.map((hello) => ({ ...hello, time }))
      this.#heartbeat = { time, sent: new Map(this.#sent), delays: new Map() }
    }
    this.#tell({ frames: [frame], label: this.#connection.label })
  }

  /** Answer a heartbeat once all tabs have shown the frames before it. */
  #answer(/** @type {string} */ tab, /** @type {number} */ delay, /** @type {string} */ time = '') {
    const beat = this.#heartbeat
    this.#askedAgain.delete(tab)
    if (!beat || (beat.time ?? '') !== time) return
    beat.delays.set(tab, delay)
    if (beat.delays.size < this.#tabs.size) return
    this.#heartbeat = null
    // The server accepts 4 KiB.
    let room = 4000
    const cursors = Object.fromEntries(this.#streams.flatMap((stream) => {
      const cursor = beat.sent.get(stream)
      return cursor && (room -= stream.length + cursor.length + 6) > 0 ? [[stream, cursor]] : []
    }))
    const delay_ms = Math.max(...beat.delays.values())
    this.#connection.send({ type: 'applied', cursors, delay_ms })
  }

  /** @param {Condition} condition @param {number} [code] @param {number} [until] */
  changed(condition, code, until = 0) {
    this.#condition = condition
    this.#until = until
    this.#live.clear()
    this.#tell({ condition, code, until })
  }

  /**
   * Give up the streams that a refusal names, so that one bad name does not stop the others.
   * @param {number} code @param {string} reason
   */
  refused(code, reason) {
    const words = /** @type {string[]} */ (reason.match(/[a-z0-9:_-]*[a-z0-9_-]/g) ?? [])
    const stop = [...this.#sent.keys()].filter((stream) => words.includes(stream))
    if (!stop.length || stop.length === this.#sent.size) return false
    // A tab that is not served yet does not listen; it asks for them once more.
    for (const tab of this.#tabs.values()) {
      if (tab.told) tab.streams = tab.streams.filter((stream) => !stop.includes(stream))
    }
    this.#tell({ stop, code })
    return true
  }

  /** @param {Omit<Told, 'leader' | 'turn'>} told */
  #tell(told) {
    this.#say({ leader: this.#name, turn: this.#turn, ...told })
  }

  get #streams() {
    return [...new Set([...this.#tabs.values()].flatMap(({ streams }) => streams))]
  }
}

/** Return the lowest of the defined cursors. @param {(string | null | undefined)[]} cursors */
function both(...cursors) {
  return lowest(cursors.filter((cursor) => cursor !== undefined))
}

/** @param {string} text */
function encode(text) {
  return encodeURIComponent(text).replaceAll('%3A', ':')
}
