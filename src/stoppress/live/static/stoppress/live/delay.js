/** Measure how late events are on the page, in milliseconds of the server's clock. */
export class Delay {
  // The frame with the shortest travel time shows the server's clock best.
  #ahead = -Infinity
  #worst = 0

  /** @param {string} [time] the server's, of a hello or a heartbeat that has just come */
  hear(time) {
    const ahead = Date.parse(time ?? '') - Date.now()
    if (ahead > this.#ahead) this.#ahead = ahead
  }

  /** @param {string} [time] the server's, of an event that is now on the page */
  note(time) {
    const delay = Math.round(Date.now() + this.#ahead - Date.parse(time ?? ''))
    if (Number.isFinite(delay)) this.#worst = Math.max(this.#worst, delay, 1)
  }

  /** Return the largest delay since the last call; 0 if there was no event. */
  take() {
    const worst = this.#worst
    this.#worst = 0
    return worst
  }
}
