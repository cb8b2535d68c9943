import { Backoff } from './backoff.js'
import { WebSocketTransport } from './websocket.js'

/** @typedef {import('./rule.js').Frame} Frame */
/** @typedef {'connecting' | 'reconnecting' | 'stopped'} Condition */

/**
 * Whom a connection serves. `query` says what to ask for, `receive` returns true to ask again,
 * `refused` returns true when there is something else left to ask for.
 * @typedef {{
 *   query(): string, receive(frame: Frame): boolean,
 *   changed(condition: Condition, code?: number): void,
 *   refused(code: number, reason: string): boolean
 * }} Asker
 */

const ASK_AGAIN = 4000
const GRACE = 10_000
const HANDSHAKE = 20_000
const LONGEST_TIMER = 2 ** 31 - 1

/** Keep one connection to the server: open it, notice when it is dead, come back in good time. */
export class Connection {
  #address
  #asker
  #Transport
  #backoff

  /** @type {InstanceType<typeof WebSocketTransport> | null} */
  #transport = null

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  // Moments are wall-clock: a sleeping machine's or a hidden tab's timers come late.
  // With a transport: when silence means that it is dead. Without: when to try again.
  #due = Infinity
  #silence = HANDSHAKE

  /** @type {number | null} the moment that a goodbye led to */
  #leaving = null

  /** The server named the wait: waking up does not shorten it. */
  #patient = false
  #away = false

  /** @type {Map<string, (connection: Connection, frame: Frame) => void>} */
  static #FRAMES = new Map(Object.entries({
    hello(connection, { heartbeat = 25 }) {
      connection.#silence = heartbeat * 1000 + GRACE
    },
    goodbye(connection, { within = 0 }) {
      connection.#leaving = Date.now() + connection.#within(within * 1000)
    }
  }))

  /** @type {Map<number, (connection: Connection, reason: string, code: number) => void>} */
  static #CLOSES = new Map([
    ...forCodes([1012, 4001], (connection, reason) => {
      // A server that is leaving already has said no goodbye: its window is in the reason.
      connection.#wait(connection.#within(named(reason) ?? 0), true)
    }),
    ...forCodes([4008], (connection) => connection.#wait(connection.#backoff.spread(), true)),
    ...forCodes([4429], (connection, reason) => {
      const wait = named(reason) ?? connection.#backoff.spread()
      connection.#wait(wait + connection.#backoff.failed(), true)
    }),
    ...forCodes([4400, 4401, 4403, 4404, 4409], (connection, reason, code) => {
      connection.#refused(code, reason)
    })
  ])

  /**
   * @param {string} address
   * @param {Asker} asker
   * @param {{Transport?: typeof WebSocketTransport, backoff?: Backoff}} [means]
   */
  constructor(address, asker, { Transport = WebSocketTransport, backoff = new Backoff() } = {}) {
    this.#address = address
    this.#asker = asker
    this.#Transport = Transport
    this.#backoff = backoff
    addEventListener('online', () => this.#wake())
    addEventListener('pageshow', () => this.#show())
    addEventListener('pagehide', () => this.#hide())
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.#wake()
    })
  }

  get label() {
    return this.#Transport.label
  }

  /** Ask for what the asker wants now. One that waits for its turn goes on waiting. */
  start() {
    if (!this.#transport && this.#due !== Infinity) return
    this.#leave(1000)
    this.#asker.changed('connecting')
    this.#connect()
  }

  stop() {
    this.#leave(1000)
    this.#due = Infinity
    this.#arm()
  }

  /** @param {object} frame */
  send(frame) {
    this.#transport?.send(frame)
  }

  #connect() {
    this.#leaving = null
    this.#patient = false
    this.#silence = HANDSHAKE
    this.#transport = new this.#Transport(this.#address, this.#asker.query(), {
      open: () => {
        this.#backoff.opened()
        this.#heard()
      },
      frame: (text) => this.#frame(text),
      close: (code, reason) => this.#closed(code, reason)
    })
    this.#heard()
  }

  /** @param {number} code */
  #leave(code) {
    this.#transport?.close(code)
    this.#transport = null
  }

  /** @param {string} text */
  #frame(text) {
    const frame = read(text)
    if (frame) Connection.#FRAMES.get(frame.type)?.(this, frame)
    this.#heard()
    if (!frame || this.#asker.receive(frame)) this.#askAgain()
  }

  #askAgain() {
    this.#leave(ASK_AGAIN)
    this.#wait(this.#backoff.failed())
  }

  /** @param {number} code @param {string} reason */
  #closed(code, reason) {
    this.#transport = null
    if (this.#leaving !== null) return this.#wait(this.#leaving - Date.now(), true)
    const verb = Connection.#CLOSES.get(code)
    if (verb) verb(this, reason, code)
    else this.#wait(this.#backoff.failed())
  }

  /** @param {number} code @param {string} reason */
  #refused(code, reason) {
    if (this.#asker.refused(code, reason)) return this.#wait(this.#backoff.failed())
    this.#due = Infinity
    this.#arm()
    console.warn(`live-feed: the server refused (${code}) ${reason}`)
    this.#asker.changed('stopped', code)
  }

  /** @param {number} delay milliseconds @param {boolean} [patient] */
  #wait(delay, patient = false) {
    this.#patient = patient
    this.#due = Date.now() + delay
    this.#arm()
    this.#asker.changed('reconnecting')
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
    if (this.#due === Infinity || this.#away) return
    const wait = Math.min(Math.max(this.#due - Date.now(), 0), LONGEST_TIMER)
    this.#timer = setTimeout(() => this.#ring(), wait)
  }

  #ring() {
    if (Date.now() < this.#due) return this.#arm()
    if (this.#due === Infinity) return
    if (this.#transport && this.#leaving === null) return this.#askAgain()
    if (this.#transport) this.#asker.changed('connecting')
    this.#leave(1000)
    this.#connect()
  }

  #wake() {
    if (this.#away) return
    if (!this.#transport && !this.#patient && this.#due !== Infinity) this.#due = 0
    this.#ring()
  }

  /** Leave: a page in the back-forward cache would go on counting as a reader. */
  #hide() {
    this.#away = true
    if (this.#transport) this.#due = 0
    this.#leave(1000)
    this.#arm()
  }

  #show() {
    if (this.#away && this.#due === 0) this.#asker.changed('connecting')
    this.#away = false
    this.#wake()
  }
}

/** @param {string} text @returns {Frame | null} */
function read(text) {
  try {
    const frame = JSON.parse(text)
    return frame && typeof frame === 'object' ? frame : null
  } catch {
    return null
  }
}

/** Return the milliseconds of the first number of seconds that a reason names. */
function named(/** @type {string} */ reason) {
  const seconds = /\d+(\.\d+)?/.exec(reason)
  return seconds ? Number(seconds[0]) * 1000 : null
}

/**
 * @param {number[]} codes
 * @param {(connection: Connection, reason: string, code: number) => void} verb
 * @returns {[number, typeof verb][]}
 */
function forCodes(codes, verb) {
  return codes.map((code) => [code, verb])
}
