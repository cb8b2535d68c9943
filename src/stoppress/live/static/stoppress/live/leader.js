import { Connection } from './connection.js'
import { lowest } from './rule.js'

/** @typedef {import('./connection.js').Condition} Condition */
/** @typedef {import('./rule.js').Frame} Frame */
/** @typedef {Record<string, string | null>} Wants stream to cursor; null asks for a snapshot */

/**
 * What a tab says. With `again`, what came by the connection `turn` does not follow. `delay`
 * answers the heartbeat of a `time`; `shown` says that its reader looks at it, `gone` that it
 * leaves. A word without any of these asks whether the leader is there.
 * @typedef {{
 *   tab: string, hidden: boolean, wants?: Wants, again?: boolean, turn?: number, time?: string,
 *   delay?: number, shown?: boolean, gone?: boolean
 * }} Word
 */

/**
 * What all tabs are told. `tabs` are those that are served from here on; `frames` have come by the
 * transport `label`; `condition`, `code` and `until` say how the connection is; `stop` names the
 * streams that were refused; `alone` the tab that needs a connection of its own, `lost` the one
 * that has to say again what it wants.
 * @typedef {{
 *   leader: string, turn: number, tabs?: string[], frames?: Frame[], label?: string,
 *   condition?: Condition, code?: number, until?: number, stop?: string[], alone?: string,
 *   lost?: string
 * }} Told
 */

/** The most streams of a connection. */
export const MOST_STREAMS = 64

/** What no stream has as its name is refused, and everything else with it. */
const NAME = /^[a-z0-9][a-z0-9:_-]{0,63}$/

/** Other tabs want to be heard before a connection is opened for all, in milliseconds. */
const SETTLE = 50

/** A tab that has said nothing for so many heartbeats is gone. */
const MISSED = 3

/** Ask by one connection for what several tabs want, and tell them all what comes. */
export class Leader {
  #name
  #say
  #others
  #connection

  /** @type {Map<string, {wants: Wants, streams: string[], hidden: boolean, at: number, told: boolean}>} */
  #tabs = new Map()

  /** @type {Map<string, string | null>} stream to the cursor that this connection has come to */
  #sent = new Map()

  /** @type {Map<string, string | null>} cursors that the next connection has to begin at */
  #low = new Map()

  /** @type {Map<string, number>} how often a tab has complained since it last answered a heartbeat */
  #complaints = new Map()

  /** @type {Set<string>} streams that have caught up */
  #live = new Set()

  /** @type {Frame[]} one, or none */
  #hello = []

  /** @type {{time?: string, sent: Map<string, string | null>, delays: Map<string, number>} | null} */
  #beat = null

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
   * @param {number} until the moment before which the server wants nobody back
   * @param {boolean} others there are tabs that will say what they want
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
    const odd = again && turn === this.#turn && this.#isOdd(tab)
    if (odd) this.#tabs.delete(tab)
    if (odd || (wants && !this.#take(tab, wants))) return this.#tell({ alone: tab })
    const known = this.#tabs.get(tab)
    if (known) Object.assign(known, { hidden, at: Date.now() })
    if (again && turn === this.#turn) this.#connection.again()
    if (wants || (gone && !this.#tabs.size)) this.#settle(tab)
    else if (!known) this.#tell(gone ? {} : { lost: tab })
    else if (delay === undefined) this.#tell({})
    else this.#answer(tab, delay, time)
    if (shown) this.#connection.wake()
  }

  /** Has a tab alone complained of three connections running? On its own it disturbs no other. @param {string} tab */
  #isOdd(tab) {
    const count = (this.#complaints.get(tab) ?? 0) + 1
    this.#complaints.set(tab, count)
    return count > 2 && this.#complaints.size === 1 && this.#tabs.size > 1
  }

  /** Take note of what a tab wants. @param {string} tab @param {Wants} wants @returns {boolean} whether there is room */
  #take(tab, wants) {
    const streams = Object.keys(wants)
    this.#tabs.delete(tab)
    const most = new Set([...this.#streams, ...streams]).size > MOST_STREAMS
    if (this.#tabs.size && (most || !streams.every((name) => NAME.test(name)))) return false
    if (streams.length) {
      this.#tabs.set(tab, { wants, streams, hidden: false, at: 0, told: false })
    }
    this.#note(wants)
    return true
  }

  /** Begin the next connection where a tab is, if this one has come to another place. @param {Wants} wants */
  #note(wants) {
    for (const [stream, cursor] of Object.entries(wants)) {
      if (this.#sent.get(stream) === cursor) continue
      this.#low.set(stream, both(this.#low.get(stream), cursor))
    }
  }

  /** @param {string} tab that wants something else */
  #settle(tab) {
    if (tab === this.#name && !this.#others) return this.#ask()
    this.#others = false
    this.#timer ??= setTimeout(() => this.#ask(), SETTLE)
  }

  /** Ask for what the tabs want now, unless it comes already. */
  #ask() {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (!this.#tabs.size) {
      this.#sent.clear()
      this.#low.clear()
      this.#connection.stop()
      return
    }
    for (const tab of this.#tabs.values()) {
      // What has come since it spoke was not for it.
      if (!tab.told) this.#note(tab.wants)
      tab.told = true
    }
    if (this.#low.size || this.#streams.length !== this.#sent.size) {
      this.#connection.start(this.#until)
    }
    this.#tell({
      tabs: [...this.#tabs.keys()], condition: this.#condition, until: this.#until,
      label: this.#connection.label,
      frames: this.#low.size ? [] : [...this.#hello, ...[...this.#live].map((stream) => (
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
    this.#beat = null
    this.#live.clear()
    this.#sent = new Map(this.#streams.sort().map((stream) => [
      stream, both(this.#sent.get(stream), this.#low.get(stream))
    ]))
    this.#low.clear()
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
      // For a tab that joins later: a clock of now.
      this.#hello = this.#hello.map((hello) => ({ ...hello, time }))
      this.#beat = { time, sent: new Map(this.#sent), delays: new Map() }
    }
    this.#tell({ frames: [frame], label: this.#connection.label })
  }

  /** Answer a heartbeat when all tabs have shown what came before it. */
  #answer(/** @type {string} */ tab, /** @type {number} */ delay, /** @type {string} */ time = '') {
    const beat = this.#beat
    this.#complaints.delete(tab)
    if (!beat || (beat.time ?? '') !== time) return
    beat.delays.set(tab, delay)
    if (beat.delays.size < this.#tabs.size) return
    this.#beat = null
    // The server takes 4 KiB.
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
   * Give up the streams that a refusal names, so that one bad name does not silence the others.
   * @param {number} code @param {string} reason
   */
  refused(code, reason) {
    const words = /** @type {string[]} */ (reason.match(/[a-z0-9:_-]*[a-z0-9_-]/g) ?? [])
    const stop = [...this.#sent.keys()].filter((stream) => words.includes(stream))
    if (!stop.length || stop.length === this.#sent.size) return false
    // A tab that is not served yet does not listen, and asks once itself.
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

/** Return the lowest of those that are there. @param {(string | null | undefined)[]} cursors */
function both(...cursors) {
  return lowest(cursors.filter((cursor) => cursor !== undefined))
}

/** @param {string} text */
function encode(text) {
  return encodeURIComponent(text).replaceAll('%3A', ':')
}
