/** @typedef {import('./transports.js').Ear} Ear */

/** Carry frames over a WebSocket. */
export class WebSocketTransport {
  /** @type {WebSocket | null} */
  #socket = null

  /**
   * @param {URL} url
   * @param {Ear} ear
   * @param {string} [token]
   */
  constructor(url, ear, token) {
    url.protocol = url.protocol.replace('http', 'ws')
    try {
      const socket = this.#socket = new WebSocket(url, [
        'stoppress.v1', ...token ? [`stoppress.token.${encodeURIComponent(token)}`] : []
      ])
      socket.onmessage = ({ data }) => ear.frame(data)
      socket.onclose = ({ code, reason }) => ear.close(code, reason)
    } catch (error) {
      // A policy or a mixed-content rule may throw, whereas a dead server only closes.
      queueMicrotask(() => ear.close(1006, String(error)))
    }
  }

  /** @param {object} frame */
  send(frame) {
    this.#socket?.send(JSON.stringify(frame))
  }

  /** Close without further callbacks: on a dead connection, `close` may come minutes later. */
  close(code = 1000) {
    if (!this.#socket) return
    this.#socket.onmessage = this.#socket.onclose = null
    this.#socket.close(code)
  }
}
