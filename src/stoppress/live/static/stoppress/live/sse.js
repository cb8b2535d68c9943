/** @typedef {import('./transports.js').Ear} Ear */

const TYPES = ['hello', 'snapshot', 'event', 'live', 'heartbeat', 'goodbye']

/** A substitute for an EventSource that is never opened. */
class Mute extends EventTarget {
  /** @type {(() => void) | null} */
  onerror = null
  close() {}
}

/** Carry frames over server-sent events. */
export class SseTransport {
  #source

  /**
   * @param {URL} url
   * @param {Ear} ear
   * @param {string} [token]
   */
  constructor(url, ear, token) {
    // An EventSource cannot send a token: this transport then fails, and poll is used instead.
    /** @type {EventSource} */
    const source = this.#source = token ? /** @type {any} */ (new Mute()) : new EventSource(url)
    for (const type of TYPES) source.addEventListener(type, ({ data }) => ear.frame(data))
    // It would reconnect by itself, but at its own time, and with the first cursors.
    source.onerror = () => {
      this.close()
      ear.close(1006, '')
    }
    if (token) queueMicrotask(() => source.onerror?.(new Event('error')))
  }

  close() {
    this.#source.onerror = null
    this.#source.close()
  }
}
