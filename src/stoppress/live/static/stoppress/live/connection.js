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
 * Whom a connection serves. `renew` says that a new one begins, `query` what to ask for; `changed`
 * has the moment before which the server wants nobody back, 0 for none; `refused` returns true when
 * there is something else left to ask for.
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

/** Keep one connection to the server: open it, notice when it is dead, come back in good time. */
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

  /** @type {Transport | null} one that is tried beside it */
  #above = null

  /** By which transport the last frame came. */
  label = ''

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  // Moments are wall-clock: a sleeping machine's or a hidden tab's timers come late.
  // With a transport: when silence means that it is dead. Without: when to try again.
  #due = Infinity
  #silence = 0

  /** @type {number | null} the moment that a goodbye led to */
  #leaving = null

  /** The server named the wait: waking up does not shorten it. */
  #patient = false

  /** It was closed with 1008, and no heartbeat has come since. */
  #barred = false

  /** What was said last, until a frame comes. */
  #said = ''

  /**
   * @param {string} address
   * @param {Asker} asker
   * @param {string} token which says who reads; empty: a cookie does
   */
  constructor(address, asker, token) {
    this.#address = address
    this.#asker = asker
    this.#token = token
    this.#ladder = new Ladder(...recall(address))
    const { signal } = this.#ended
    addEventListener('online', () => this.wake(), { signal })
    addEventListener('offline', () => this.#drop(), { signal })
  }

  /**
   * Ask for what the asker wants now. One that waits for its turn goes on waiting.
   * @param {number} [until] the moment before which the server wants nobody back
   */
  start(until = 0) {
    if (!this.#transport && this.#due !== Infinity) return
    if (until > Date.now()) return this.#wait(until - Date.now(), true)
    if (!this.#transport || !this.#opened) this.#say('connecting')
    this.#connect()
  }

  stop() {
    this.#above?.close()
    this.#leave()
    this.#due = Infinity
    this.#arm()
  }

  /** Stop for good. */
  close() {
    this.#ended.abort()
    this.stop()
  }

  /** What came does not follow: ask again from where the asker is. */
  again() {
    if (!this.#transport) return
    this.#leave(ASK_AGAIN)
    this.#lost()
  }

  /** @param {object} frame */
  send(frame) {
    this.#transport?.send?.(frame)
  }

  #connect() {
    if (this.#ended.signal.aborted) return
    this.#leave()
    const { label, patience } = this.#ladder
    this.#leaving = null
    this.#patient = false
    this.#opened = false
    this.#silence = patience
    this.#asker.renew()
    this.#transport = this.#open(label, {
      frame: (data) => this.#frame(data, label),
      close: (code, reason) => this.#closed(code, reason),
      done: (wait) => this.#answered(wait)
    })
    this.#heard()
  }

  /** @param {string} label @param {Ear} ear */
  #open(label, ear) {
    const url = endpoint(this.#address, label, this.#asker.query())
    return new TRANSPORTS[label](url, ear, this.#token)
  }

  /** @param {number} [code] */
  #leave(code) {
    this.#transport?.close(code)
    this.#transport = null
  }

  /** @param {unknown} data @param {string} label */
  #frame(data, label) {
    const frame = read(data)
    if (frame && !this.#opened) {
      this.#opened = true
      this.#said = ''
      this.label = label
      this.#backoff.opened()
      this.#ladder.opened(label)
      remember(this.#address, this.#ladder.rung)
    }
    if (frame?.type === 'hello') this.#silence = (frame.heartbeat ?? 25) * 1000 + GRACE
    if (frame?.type === 'heartbeat') this.#barred = false
    if (frame?.type === 'goodbye') {
      this.#leaving = Date.now() + this.#within((frame.within ?? 0) * 1000)
    }
    this.#heard()
    if (frame) this.#asker.receive(frame)
    else this.again()
    if (this.#transport) this.#rise()
  }

  /** @param {number} code @param {string} reason */
  #closed(code, reason) {
    this.#transport = null
    if (this.#leaving !== null) return this.#wait(this.#leaving - Date.now(), true)
    const wait = named(reason)
    // A server that is leaving already has said no goodbye: its window is in the reason.
    if (code === 1012 || code === 4001) this.#wait(this.#within(wait), true)
    else if (code === 4503) this.#wait(wait + this.#within(wait), true)
    else if (code === 4008) this.#wait(this.#backoff.spread(), true)
    else if (code === 4429) {
      this.#wait((wait || this.#backoff.spread()) + this.#backoff.failed(), true)
    }
    else if (FINAL.includes(code)) this.#refused(code, reason)
    else if (code === POLICY && this.#barred) this.#refused(code, '')
    else {
      this.#barred ||= code === POLICY
      this.#lost()
    }
  }

  #lost() {
    if (!this.#opened && this.#ladder.failed()) this.#connect()
    else this.#wait(this.#backoff.failed())
  }

  /** A poll has brought all that there was. @param {number} wait seconds */
  #answered(wait) {
    this.#transport = null
    if (!this.#ladder.answered()) return this.#connect()
    this.#due = Date.now() + Math.max(wait * 1000, this.#asker.hidden ? UNSEEN : 0)
    this.#arm()
  }

  /** Try a better transport beside this one, and change over when it lets something through. */
  #rise() {
    const label = this.#ladder.above()
    if (!label || this.#due === Infinity) return
    this.#above?.close()
    const above = this.#above = this.#open(label, {
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
    this.#say('stopped', code)
  }

  /** @param {Condition} condition @param {number} [code] */
  #say(condition, code) {
    // A browser may be wrong about it: attempts go on.
    if (condition !== 'stopped' && navigator.onLine === false) condition = 'offline'
    this.#said = condition
    this.#asker.changed(condition, code, this.#patient && !this.#transport ? this.#due : 0)
  }

  /** @param {number} delay milliseconds @param {boolean} [patient] */
  #wait(delay, patient = false) {
    this.#patient = patient
    if (patient) this.#ladder.refused()
    this.#due = Date.now() + delay
    this.#arm()
    this.#say('reconnecting')
  }

  /** Choose a moment in a window, and none so soon that it would hammer. */
  #within(/** @type {number} */ window) {
    return Math.max(this.#backoff.spread(window), this.#backoff.failed())
  }

  #heard() {
    this.#due = this.#leaving ?? Date.now() + this.#silence
    this.#arm()
  }

  #arm() {
    clearTimeout(this.#timer)
    if (this.#due === Infinity) return
    const wait = Math.min(Math.max(this.#due - Date.now(), 0), LONGEST_TIMER)
    this.#timer = setTimeout(() => {
      // The wait is over, though the clock may have been set back meanwhile.
      if (wait < LONGEST_TIMER) this.#due = 0
      this.#ring()
    }, wait)
  }

  #ring() {
    if (Date.now() < this.#due) return this.#arm()
    if (this.#due === Infinity) return
    if (this.#transport && this.#leaving === null) return this.again()
    if (this.#transport) this.#say('connecting')
    this.#connect()
  }

  /** The page is looked at again, or online: look at the clock, and come back at once. */
  wake() {
    if (this.#due === Infinity) return
    if (this.#said === 'offline') this.#say('reconnecting')
    this.#ladder.woken()
    if (!this.#transport && !this.#patient) this.#due = 0
    this.#ring()
    this.#rise()
  }

  #drop() {
    if (this.#due === Infinity) return
    this.#say('reconnecting')
    if (!this.#transport) return
    this.#above?.close()
    this.#leave()
    this.#closed(1006, '')
  }
}
