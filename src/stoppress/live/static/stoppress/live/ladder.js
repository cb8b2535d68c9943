const RUNGS = ['ws', 'sse', 'poll']
const TRIES = [2, 1, Infinity]
const POLL = RUNGS.length - 1

// Two silent WebSockets and a poll must fit into ten seconds.
const SOON = 3_000
// A busy server may be slow, and a poll waits for its database.
const LONG = 10_000
const RISE = 180_000

/**
 * Decide which transport to use: WebSocket, else SSE, else poll.
 *
 * A transport without frames is given up only once a poll has been answered: this proves that the
 * server is reachable, and the network blocks the transport.
 */
export class Ladder {
  #rung = 0

  /** How often the transport of this rung has failed without letting a frame through. */
  #failures = 0

  /** @type {Set<number>} rungs that have let frames through in this page's life */
  #proven = new Set()

  /** This rung worked before, now fails, and a poll was answered: it gets a last try. */
  #last = false
  #rise = 0
  #rises = 0

  /** The network may have changed: after a step down, better transports are tried at once. */
  #woken = false

  /** The rung is remembered from the page before; no frame has come by it here yet. */
  #recalled = false

  /**
   * @param {number} [rung] the rung that the page before used
   * @param {number} [since] when its use began, in milliseconds
   */
  constructor(rung = 0, since = 0) {
    if (!RUNGS[rung]) return
    this.#rung = rung
    this.#rise = since + RISE
    this.#recalled = rung > 0
  }

  /** The number of the transport in use, or next to use: 0 for the best. */
  get rung() {
    return this.#rung
  }

  /** The transport to use now: for a rung that has failed, one poll, which shows the reason. */
  get label() {
    return RUNGS[this.#failures < TRIES[this.#rung] ? this.#rung : POLL]
  }

  /** How long it may be silent before its first frame, in milliseconds. */
  get patience() {
    return this.#last || this.label === 'poll' ? LONG : SOON
  }

  /** A transport has let a frame through. @param {string} label */
  opened(label) {
    const rung = RUNGS.indexOf(label)
    if (rung === POLL) return
    this.#proven.add(rung)
    this.#goTo(rung)
  }

  /** The transport has failed without a frame. Returns whether to poll at once for the reason. */
  failed() {
    if (this.#recalled) {
      this.#goTo(0)
      return false
    }
    const polled = this.label === 'poll'
    this.#failures = polled ? 0 : this.#failures + 1
    return !polled && this.label === 'poll'
  }

  /** The server has refused, and named the wait: so the transport is not blocked. */
  refused() {
    this.#failures = 0
  }

  /** A poll has been answered. Returns whether to go on polling. */
  answered() {
    this.#recalled = false
    if (this.#proven.has(this.#rung) && !this.#last) {
      this.#last = true
      this.#failures = TRIES[this.#rung] - 1
    } else if (this.#rung < POLL) {
      this.#rise = this.#woken ? 0 : Date.now() + RISE
      this.#goTo(this.#rung + 1)
    }
    return this.label === 'poll'
  }

  /** The page has woken up, or is online again, perhaps in another network. */
  woken() {
    this.#rise = this.#rises = 0
    this.#woken = true
  }

  /** Return a better transport to try at the same time, if one is due; else null. */
  above() {
    if (!this.#rung || Date.now() < this.#rise) return null
    this.#rise = Date.now() + RISE
    this.#woken = false
    return RUNGS[this.#rises++ % this.#rung]
  }

  /** @param {number} rung */
  #goTo(rung) {
    this.#rung = rung
    this.#failures = 0
    this.#last = this.#recalled = false
  }
}
