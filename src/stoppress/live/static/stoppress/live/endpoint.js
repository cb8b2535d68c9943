/**
 * Return the address of a transport: all are at the same path, `/live/ws`, `/live/sse` and
 * `/live/poll`.
 * @param {string} address of the WebSocket, absolute or relative to the page
 * @param {string} label
 * @param {string} query
 */
export function endpoint(address, label, query) {
  const url = new URL(address, document.baseURI)
  url.protocol = url.protocol.replace('ws', 'http')
  url.pathname = url.pathname.replace(/ws(?=\/?$)/, label)
  url.search = query
  return url
}
