import { Backoff } from './backoff.js'
import { fill } from './fill.js'
import { OlderLink } from './older-link.js'
import { Range } from './range.js'

/** @typedef {import('./range.js').Failure} Failure */
/** @typedef {import('./range.js').Source} Source */
/** @typedef {import('./rule.js').Frame} Frame */
/** @typedef {import('./state.js').Change} Change */
/** @typedef {import('./state.js').Part} Part */
/** @typedef {import('./state.js').State} State */

/**
 * The feed whose items are kept. `source` returns where to read them, `shows` whether the feed is
 * on a page and may read; `filled` gets the changes, and whether the reader asked for them; `anew`
 * asks for a snapshot.
 * @typedef {{
 *   source(): Source, shows(): boolean, anew(): void,
 *   filled(changes: Change[], parts: Part[], asked: boolean): void
 * }} Host
 */

/** Keep the items of a feed that shows more than a snapshot: read them, and read them again. */
export class Older {
  #state
  #host

  /** @type {Range | null} the range that is being read */
  #range = null

  /** @type {Frame | null} a snapshot that lacked a part of what is shown */
  #lacking = null

  /** @type {Promise<void>} */
  #renewed = Promise.resolve()

  /** @type {Promise<boolean> | null} */
  #added = null

  /** @param {State} state @param {Host} host */
  constructor(state, host) {
    this.#state = state
    this.#host = host
  }

  /**
   * Handle a frame that the client's rule accepts.
   * @param {Frame} frame
   * @param {boolean} [lacks] whether it lacked a part of the range when it came
   */
  hear(frame, lacks = this.#state.lacks(frame)) {
    if (frame.type === 'event') this.#range?.events.push(frame)
    if (frame.type !== 'snapshot') return
    this.#range?.stop()
    this.#range = null
    this.#lacking = lacks ? frame : null
    this.wake()
  }

  /** Read the range again, if that is still due. */
  wake() {
    if (this.#lacking && !this.#range) this.#renewed = this.#renew(this.#range = new Range())
  }

  /** Show the items below. @returns {Promise<boolean>} whether there are more */
  add() {
    this.#state.fix()
    return this.#added ??= this.#add().finally(() => {
      this.#added = null
    })
  }

  async #add() {
    for (;;) {
      await this.#renewed
      const { floor } = this.#state
      if (floor === null) return false
      const range = this.#range = new Range()
      try {
        const parts = await range.read(this.#host.source(), floor)
        if (range.stopped) continue
        this.#fill(floor, parts[0].floor, parts, true)
        return parts[0].floor !== null
      } catch (error) {
        if (range.stopped) continue
        this.#range = null
        throw error
      }
    }
  }

  /** @param {Range} range */
  async #renew(range) {
    const backoff = new Backoff()
    while (!range.stopped && this.#host.shows()) {
      const { ceiling, floor, keys } = this.#state
      try {
        const parts = await range.read(this.#host.source(), ceiling, floor, keys.length)
        if (range.stopped) return
        const low = parts[parts.length - 1].floor
        const reached = low === null || (floor !== null && low <= floor)
        this.#lacking = null
        this.#fill(ceiling, reached ? floor : low, parts, false)
        return
      } catch (error) {
        if (range.stopped) return
        const { status = 0, wait: named = 0 } = /** @type {Failure} */ (error)
        // The stream has no ranges, only snapshots.
        if (status >= 400 && status < 429) this.#state.ranged = false
        if (this.#lacking && !this.#state.lacks(this.#lacking)) {
          this.#lacking = this.#range = null
          this.#host.anew()
          return
        }
        const wait = backoff.failed() + 1000 * named
        await new Promise((done) => setTimeout(done, wait))
      }
    }
    if (this.#range === range) this.#range = null
  }

  /** @param {string | null} below @param {string | null} floor @param {Part[]} parts @param {boolean} asked */
  #fill(below, floor, parts, asked) {
    const events = this.#range?.events ?? []
    const changes = fill(this.#state, below, floor, parts, events)
    this.#range = null
    this.#host.filled(changes, parts, asked)
  }
}

export { OlderLink, Range }
