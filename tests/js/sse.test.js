import { Ear } from './transports.js'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SseTransport } from '../../src/stoppress/live/static/stoppress/live/sse.js'

class Source extends EventTarget {
  static all = []
  closed = false

  constructor(url) {
    super()
    this.url = url
    Source.all.push(this)
  }

  set onerror(listener) {
    this.fail = listener
  }

  close() {
    this.closed = true
  }

  say(type, data) {
    this.dispatchEvent(Object.assign(new Event(type), { data }))
  }
}

globalThis.EventSource = Source

const url = new URL('https://paper.example/live/sse?stream=news')

function listen() {
  const ear = new Ear()
  const transport = new SseTransport(url, ear)
  return { ear, transport, source: Source.all.at(-1) }
}

test('every type of frame is heard, as it was written', () => {
  const { ear, source } = listen()
  const types = ['hello', 'snapshot', 'event', 'live', 'heartbeat', 'goodbye']
  for (const type of types) source.say(type, `{"type":"${type}"}`)
  source.say('weather', '{}')
  assert.equal(source.url, url)
  assert.deepEqual(ear.heard, types.map((type) => ['frame', `{"type":"${type}"}`]))
})

test('a source that fails is closed, so that it does not come back by itself', () => {
  const { ear, source } = listen()
  source.fail()
  assert.equal(source.closed, true)
  assert.deepEqual(ear.heard, [['close', 1006, '']])
})

test('an abandoned source reports nothing more', () => {
  const { transport, source } = listen()
  transport.close()
  assert.equal(source.closed, true)
  assert.equal(source.fail, null)
})

test('with a token, which an event source cannot send, nothing is asked for', async () => {
  const before = Source.all.length
  const [ear, left] = [new Ear(), new Ear()]
  new SseTransport(url, ear, 'secret')
  new SseTransport(url, left, 'secret').close()
  assert.deepEqual(ear.heard, [])
  await Promise.resolve()
  assert.deepEqual(ear.heard, [['close', 1006, '']])
  assert.deepEqual(left.heard, [])
  assert.equal(Source.all.length, before)
})
