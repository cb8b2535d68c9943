// A WebSocket server with `ws`: each posted article goes to all readers.
// node server.js PORT PING_SECONDS
import { createServer } from 'node:http'
import { WebSocket, WebSocketServer } from 'ws'

const [port, pingSeconds] = process.argv.slice(2).map(Number)

const server = createServer(async (request, response) => {
  if (request.method !== 'POST' || request.url !== '/publish') {
    response.writeHead(404).end()
    return
  }
  const article = Buffer.concat(await request.toArray())
  for (const reader of readers.clients) {
    if (reader.readyState === WebSocket.OPEN) reader.send(article, { binary: false })
  }
  response.writeHead(202).end()
})
// Keep the publisher's connection open, however long it sends nothing.
Object.assign(server, { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 })

const readers = new WebSocketServer({ server, path: '/live', perMessageDeflate: false })
readers.on('connection', reader => {
  reader.on('error', () => reader.terminate())
})

setInterval(() => {
  for (const reader of readers.clients) reader.ping()
}, pingSeconds * 1000)

server.listen({ port, host: '127.0.0.1', backlog: 4096 })
