import './transports.js'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpoint } from '../../src/stoppress/live/static/stoppress/live/endpoint.js'

const query = 'stream=news@7-00000000000000ab'

test('SSE and poll stand beside the WebSocket', () => {
  assert.equal(`${endpoint('/live/ws', 'sse', query)}`, `https://paper.example/live/sse?${query}`)
  assert.equal(`${endpoint('/live/ws', 'poll', query)}`, `https://paper.example/live/poll?${query}`)
  assert.equal(`${endpoint('/ws/ws/', 'sse', '')}`, 'https://paper.example/ws/sse/')
})

test('an absolute address of a WebSocket is fetched by HTTP', () => {
  const at = (address) => endpoint(address, 'poll', '').href
  assert.equal(at('wss://live.example/live/ws?x=1'), 'https://live.example/live/poll')
  assert.equal(at('ws://live.example:81/live/ws'), 'http://live.example:81/live/poll')
  assert.equal(at('https://live.example/live/ws'), 'https://live.example/live/poll')
})
