import { Ear } from './transports.js'
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { PollTransport } from '../../src/stoppress/live/static/stoppress/live/poll.js'

const event = { type: 'event', stream: 'news', cursor: '8-00000000000000ab' }
const live = { type: 'live', stream: 'news', cursor: '8-00000000000000ab' }
const cursors = { news: '8-00000000000000ab' }

const url = new URL('https://paper.example/live/poll?stream=news')

/** Poll once and return what was heard. */
async function poll(answer, ear = new Ear(), token = undefined) {
  const asked = []
  mock.method(globalThis, 'fetch', async (url, options) => {
    asked.push({ url, ...options })
    return typeof answer === 'function' ? answer() : answer
  })
  const transport = new PollTransport(url, ear, token)
  await new Promise((resolve) => setTimeout(resolve))
  return { heard: ear.heard, asked, transport }
}

test('an answer’s frames come in order, its cursors as a heartbeat, and then when to ask again', async () => {
  const time = 'Mon, 30 Nov 2026 22:29:10 GMT'
  const answer = { frames: [event, live], cursors, next: 5 }
  const { heard, asked } = await poll(Response.json(answer, { headers: { Date: time } }))
  assert.equal(asked[0].url, url)
  assert.equal(asked[0].headers, undefined)
  assert.deepEqual(heard, [
    ['frame', event], ['frame', live], ['frame', { type: 'heartbeat', cursors, time }], ['done', 5]
  ])
})

for (const status of [400, 401, 403, 404]) {
  test(`status ${status} is a refusal with its reason`, async () => {
    const { heard } = await poll(new Response('no such stream: news', { status }))
    assert.deepEqual(heard, [['close', 4000 + status, 'no such stream: news']])
  })
}

for (const status of [429, 503]) {
  test(`status ${status} names the seconds of Retry-After, and of nothing else`, async () => {
    const body = '<h1>Error 12345</h1>'
    const headers = { 'Retry-After': '7' }
    const named = await poll(new Response(body, { status, headers }))
    assert.deepEqual(named.heard, [['close', 4000 + status, '7']])
    const silent = await poll(new Response(body, { status }))
    assert.deepEqual(silent.heard, [['close', 4000 + status, '']])
  })
}

test('a wait is bounded, and said even where the answer says none', async () => {
  const wait = async (next) => {
    const { heard } = await poll(Response.json({ frames: [], cursors, next }))
    return heard.at(-1)[1]
  }
  const said = [0, 2, 60, 86_400, 'soon', -3]
  assert.deepEqual(await Promise.all(said.map(wait)), [0.1, 2, 60, 60, 5, 5])
  assert.equal(await wait(undefined), 5)
})

test('a failed request, and an answer that is none, are a lost connection', async () => {
  const away = () => { throw new TypeError('failed to fetch') }
  for (const answer of [away, new Response('<p>Sign in'), Response.json({}), Response.json(null)]) {
    const { heard } = await poll(answer)
    assert.deepEqual(heard.map(([what, code]) => [what, code]), [['close', 1006]])
  }
})

test('an abandoned poll is aborted and reports nothing more', async () => {
  const ear = new Ear()
  let answer
  const polling = await poll(() => new Promise((resolve) => { answer = resolve }), ear)
  polling.transport.close()
  assert.equal(polling.asked[0].signal.aborted, true)
  answer(Response.json({ frames: [event], cursors, next: 5 }))
  await new Promise((resolve) => setTimeout(resolve))
  assert.deepEqual(ear.heard, [])
})

test('a frame that makes the page leave is the last', async () => {
  const ear = new Ear()
  let answer
  const { transport } = await poll(() => new Promise((resolve) => { answer = resolve }), ear)
  ear.frame = (data) => {
    ear.heard.push(data)
    transport.close()
  }
  answer(Response.json({ frames: [event, live], cursors, next: 5 }))
  await new Promise((resolve) => setTimeout(resolve))
  assert.deepEqual(ear.heard, [event])
})

test('a token goes in a header', async () => {
  const { asked } = await poll(Response.json({ frames: [], cursors }), new Ear(), 'secret')
  assert.deepEqual(asked[0].headers, { Authorization: 'Bearer secret' })
})
