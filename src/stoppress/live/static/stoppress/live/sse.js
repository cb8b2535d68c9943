import { endpoint } from './endpoint.js'

/** @typedef {import('./transports.js').Ear} Ear */

const TYPES = ['hello', 'snapshot', 'event', 'live', 'heartbeat', 'goodbye']

/** Carry frames over server-sent events. */
export class SseTransport {
  #source

  /**
   * @param {string} address of the WebSocket
   * @param {string} query
   * @param {Ear} ear
   */
  constructor(address, query, ear) {
    const source = this.#source = new EventSource(endpoint(address, 'sse', query))
    for (const type of TYPES) source.addEventListener(type, ({ data }) => ear.frame(data))
    // It would come back by itself, but when it likes, and with the cursors of the beginning.
    source.onerror = () => {
      this.close()
      ear.close(1006, '')
    }
  }

  close() {
    this.#source.onerror = null
    this.#source.close()
  }
}
