const BASE = 500
const CAP = 20_000
const STABLE = 5_000

/** Decide how long to wait before the next attempt, in milliseconds, with full jitter. */
export class Backoff {
  #failures = 0
  #opened = Infinity

  /** Record that a connection has opened; if it lasts, the failures are reset. */
  opened() {
    this.#opened = Math.min(this.#opened, Date.now())
  }

  /** Count a failure, and return the wait. */
  failed() {
    if (Date.now() - this.#opened >= STABLE) this.#failures = 0
    this.#opened = Infinity
    return Math.random() * Math.min(CAP, BASE * 2 ** this.#failures++)
  }

  /**
   * Return a random wait within a window.
   * @param {number} [window] milliseconds; the longest wait by default
   */
  spread(window = CAP) {
    return Math.random() * window
  }
}
