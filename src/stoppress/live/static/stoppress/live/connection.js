import { Backoff } from './backoff.js'
import { endpoint } from './endpoint.js'
import { Ladder } from './ladder.js'
import { recall, remember } from './memory.js'
import { named, read } from './reading.js'
import { TRANSPORTS } from './transports.js'

/** @typedef {import('./rule.js').Frame} Frame */
/** @typedef {import('./transports.js').Ear} Ear */
/** @typedef {import('./transports.js').Transport} Transport */
/** @typedef {'connecting' | 'reconnecting' | 'offline' | 'stopped'} Condition */

/**
 * The user of a connection. `renew` is called when a new one begins; `query` returns the query.
 * `until` of `changed` is the time before which the server wants no reconnection, 0 for none.
 * `refused` returns true if other streams are left to ask for.
 * @typedef {{
 *   readonly hidden: boolean, renew(): void, query(): string, receive(frame: Frame): void,
 *   changed(condition: Condition, code?: number, until?: number): void,
 *   refused(code: number, reason: string): boolean
 * }} Asker
 */

const ASK_AGAIN = 4000
const FINAL = [4400, 4401, 4403, 4404, 4409]
const POLICY = 1008
const GRACE = 10_000
const UNSEEN = 60_000
const LONGEST_TIMER = 2 ** 31 - 1

/** Keep one connection to the server: open it, notice when it is dead, reconnect after a wait. */
export class Connection {
  #address
  #asker
  #token
  #backoff = new Backoff()
  #ladder
  #ended = new AbortController()

  /** @type {Transport | null} */
  #transport = null

  /** The transport has let a frame through. */
  #opened = false

  /** @type {Transport | null} a better one that is tried at the same time */
  #better = null

  /** The transport of the last frame. */
  label = ''

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  // Times are wall-clock: on a sleeping machine or in a hidden tab, timers come late.
  // With a transport: when its silence counts as death. Without: when to try again.
  #due = Infinity
  #silence = 0

  /** @type {number | null} when to leave and reconnect, after a goodbye */
  #leaving = null

  /** The server named the wait, so waking up does not shorten it. */
  #patient = false

  /** It was closed with 1008, and no heartbeat has come since. */
  #closedByPolicy = false

  /** The last reported condition; empty once a frame has come. */
  #reported = ''

  /**
   * @param {string} address
   * @param {Asker} asker
   * @param {string} token identifies the reader; empty: the cookie does
   */
  constructor(address, asker, token) {
    this.#address = address
    this.#asker = asker
    this.#token = token
    this.#ladder = new Ladder(...recall(address))
    const { signal } = this.#ended
    addEventListener('online', () => this.wake(), { signal })
    addEventListener('offline', () => this.#wentOffline(), { signal })
  }

  /**
   * Connect with the asker's present query. If a retry is waiting, it keeps waiting.
   * @param {number} [until] the time before which the server wants no reconnection
   */
  start(until = 0) {
    if (!this.#transport && this.#due !== Infinity) return
    if (until > Date.now()) return this.#wait(until - Date.now(), true)
    if (!this.#transport || !this.#opened) this.#report('connecting')
    this.#connect()
  }

  stop() {
    this.#better?.close()
    this.#closeTransport()
    this.#due = Infinity
    this.#arm()
  }

  /** Stop for good. */
  close() {
    this.#ended.abort()
    this.stop()
  }

  /** A frame does not continue the known events: ask again from the asker's cursors. */
  again() {
    if (!this.#transport) return
    this.#closeTransport(ASK_AGAIN)
    this.#retry()
  }

  /** @param {object} frame */
  send(frame) {
    this.#transport?.send?.(frame)
  }

  #connect() {
    if (this.#ended.signal.aborted) return
    this.#closeTransport()
    const { label, patience } = this.#ladder
    this.#leaving = null
    this.#patient = false
    this.#opened = false
    this.#silence = patience
    this.#asker.renew()
    this.#transport = this.#open(label, {
      frame: (data) => this.#received(data, label),
      close: (code, reason) => this.#closed(code, reason),
      done: (wait) => this.#pollAnswered(wait)
    })
    this.#extendDeadline()
  }

  /** @param {string} label @param {Ear} ear */
  #open(label, ear) {
    const url = endpoint(this.#address, label, this.#asker.query())
    return new TRANSPORTS[label](url, ear, this.#token)
  }

  /** @param {number} [code] */
  #closeTransport(code) {
    this.#transport?.close(code)
    this.#transport = null
  }

  /** @param {unknown} data @param {string} label */
  #received(data, label) {
    const frame = read(data)
    if (frame && !this.#opened) {
      this.#opened = true
      this.#reported = ''
      this.label = label
      this.#backoff.opened()
      this.#ladder.opened(label)
      remember(this.#address, this.#ladder.rung)
    }
    if (frame?.type === 'hello') this.#silence = (frame.heartbeat ?? 25) * 1000 + GRACE
    if (frame?.type === 'heartbeat') this.#closedByPolicy = false
    if (frame?.type === 'goodbye') {
      this.#leaving = Date.now() + this.#randomWait((frame.within ?? 0) * 1000)
    }
    this.#extendDeadline()
    if (frame) this.#asker.receive(frame)
    else this.again()
    if (this.#transport) this.#tryBetter()
  }

  /** @param {number} code @param {string} reason */
  #closed(code, reason) {
    this.#transport = null
    if (this.#leaving !== null) return this.#wait(this.#leaving - Date.now(), true)
    const wait = named(reason)
    // A server that is already shutting down sends no goodbye: its window is in the reason.
    if (code === 1012 || code === 4001) this.#wait(this.#randomWait(wait), true)
    else if (code === 4503) this.#wait(wait + this.#randomWait(wait), true)
    else if (code === 4008) this.#wait(this.#backoff.spread(), true)
    else if (code === 4429) {
      this.#wait((wait || this.#backoff.spread()) + this.#backoff.failed(), true)
    }
    else if (FINAL.includes(code)) this.#refused(code, reason)
    else if (code === POLICY && this.#closedByPolicy) this.#refused(code, '')
    else {
      this.#closedByPolicy ||= code === POLICY
      this.#retry()
    }
  }

  #retry() {
    if (!this.#opened && this.#ladder.failed()) this.#connect()
    else this.#wait(this.#backoff.failed())
  }

  /** A poll was answered completely. @param {number} wait seconds to the next */
  #pollAnswered(wait) {
    this.#transport = null
    if (!this.#ladder.answered()) return this.#connect()
    this.#due = Date.now() + Math.max(wait * 1000, this.#asker.hidden ? UNSEEN : 0)
    this.#arm()
  }

  /** Try a better transport at the same time, and change to it once a frame comes by it. */
  #tryBetter() {
    const label = this.#ladder.above()
    if (!label || this.#due === Infinity) return
    this.#better?.close()
    const above = this.#better = this.#open(label, {
      frame: () => {
        above.close()
        this.#ladder.opened(label)
        if (this.#leaving === null && !this.#patient && this.#due !== Infinity) this.#connect()
      },
      close() {},
      done() {}
    })
    setTimeout(() => above.close(), GRACE)
  }

  /** @param {number} code @param {string} reason */
  #refused(code, reason) {
    if (this.#asker.refused(code, reason)) return this.#wait(this.#backoff.failed())
    this.#due = Infinity
    this.#arm()
    console.warn(`live-feed: the server refused (${code}) ${reason}`)
    this.#report('stopped', code)
  }

  /** @param {Condition} condition @param {number} [code] */
  #report(condition, code) {
    // A browser may be wrong about being offline, so attempts go on.
    if (condition !== 'stopped' && navigator.onLine === false) condition = 'offline'
    this.#reported = condition
    this.#asker.changed(condition, code, this.#patient && !this.#transport ? this.#due : 0)
  }

  /** @param {number} delay milliseconds @param {boolean} [patient] */
  #wait(delay, patient = false) {
    this.#patient = patient
    if (patient) this.#ladder.refused()
    this.#due = Date.now() + delay
    this.#arm()
    this.#report('reconnecting')
  }

  /** Choose a random wait in a window, at least the backoff. */
  #randomWait(/** @type {number} */ window) {
    return Math.max(this.#backoff.spread(window), this.#backoff.failed())
  }

  #extendDeadline() {
    this.#due = this.#leaving ?? Date.now() + this.#silence
    this.#arm()
  }

  #arm() {
    clearTimeout(this.#timer)
    if (this.#due === Infinity) return
    const wait = Math.min(Math.max(this.#due - Date.now(), 0), LONGEST_TIMER)
    this.#timer = setTimeout(() => {
      // The wait is over, even if the clock was set back meanwhile.
      if (wait < LONGEST_TIMER) this.#due = 0
      this.#timeUp()
    }, wait)
  }

  #timeUp() {
    if (Date.now() < this.#due) return this.#arm()
    if (this.#due === Infinity) return
    if (this.#transport && this.#leaving === null) return this.again()
    if (this.#transport) this.#report('connecting')
    this.#connect()
  }

  /** The page is visible or online again: check the clock, and reconnect at once. */
  wake() {
    if (this.#due === Infinity) return
    if (this.#reported === 'offline') this.#report('reconnecting')
    this.#ladder.woken()
    if (!this.#transport && !this.#patient) this.#due = 0
    this.#timeUp()
    this.#tryBetter()
  }

  #wentOffline() {
    if (this.#due === Infinity) return
    this.#report('reconnecting')
    if (!this.#transport) return
    this.#better?.close()
    this.#closeTransport()
    this.#closed(1006, '')
  }
}
