import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { Older } from '../../src/stoppress/live/static/stoppress/live/older.js'
import { State } from '../../src/stoppress/live/static/stoppress/live/state.js'

const cursor = (n) => `${n}-${n.toString(16).padStart(16, '0')}`
const items = (orders) => [...orders].map((order) => ({ key: order, order, version: 1 }))
const event = (n, op, key) => (
  { type: 'event', op, cursor: cursor(n), key, item: { key, order: key, version: 2 } }
)
const snapshot = (n, orders, floor) => (
  { type: 'snapshot', cursor: cursor(n), items: items(orders), limit: 2, floor }
)

/** A feed whose server gives out the letters below an order; a test holds its answers up. */
class Feed {
  asked = []
  told = []
  on = true
  token = ''

  constructor(orders, floor, ceiling) {
    this.letters = 'hgfedcba'
    this.head = this.cursor = cursor(10)
    this.state = new State({ items: items(orders), floor, ceiling, limit: 2, cursor: this.cursor })
    this.older = new Older(this.state, {
      source: () => ({
        stream: 'posts:1', cursor: this.cursor, limit: 2,
        fetchable: (query) => ({ url: new URL(`https://paper.example/live/range?${query}`), token: this.token })
      }),
      shows: () => this.on,
      anew: () => this.told.push('anew'),
      filled: (changes, _parts, asked) => this.told.push([changes.length, asked])
    })
    mock.method(globalThis, 'fetch', (url, { signal, headers }) => new Promise((answer, fail) => {
      signal.addEventListener('abort', () => fail(signal.reason))
      const query = url.searchParams
      this.asked.push({ headers, query: url.search.slice(1), answer, give: () => answer(this.give(query)) })
    }))
  }

  give(query) {
    const below = query.get('below') ?? '~'
    const all = [...this.letters].filter((letter) => letter < below)
    const limit = Number(query.get('limit'))
    const floor = all.length > limit ? all[limit - 1] : null
    return Response.json({ cursor: this.head, floor, items: items(all.slice(0, limit)) })
  }

  hear(frame) {
    this.state.apply(frame)
    this.cursor = this.head = frame.cursor
    this.older.hear(frame)
  }

  async next() {
    await turns()
    return this.asked.shift()
  }

  get keys() {
    return this.state.keys.join('')
  }
}

test('older items are read below the floor, and two calls at once are one', async () => {
  const feed = new Feed('hg', 'g')
  const calls = [feed.older.add(), feed.older.add()]
  const request = await feed.next()
  assert.equal(request.query, 'stream=posts%3A1&below=g&limit=2&after=10-000000000000000a')
  feed.hear(event(11, 'put', 'i'))
  request.give()
  assert.deepEqual(await Promise.all(calls), [true, true])
  assert.deepEqual([feed.keys, feed.state.floor, feed.told], ['ihgfe', 'e', [[2, true]]])
  for (const more of [true, false]) {
    const call = feed.older.add();
    (await feed.next()).give()
    assert.equal(await call, more)
  }
  assert.deepEqual([feed.keys, feed.state.floor], ['ihgfedcba', null])
  assert.equal(await feed.older.add(), false)
})

test('after a snapshot the range is read again, in parts, down to the floor and no further', async () => {
  const feed = new Feed('gfedc', 'c', 'h')
  feed.hear(snapshot(20, 'hg', 'g'))
  const first = await feed.next()
  assert.equal(first.query, 'stream=posts%3A1&below=h&limit=5&after=20-0000000000000014')
  first.answer(Response.json({ cursor: cursor(21), floor: 'f', items: items('gf') }))
  const second = await feed.next()
  assert.equal(second.query, 'stream=posts%3A1&below=f&limit=5&after=21-0000000000000015')
  feed.letters = 'hgfedba'
  feed.head = cursor(21)
  second.give()
  await turns()
  assert.deepEqual([feed.keys, feed.state.floor], ['gfed', 'c'])
  assert.deepEqual(feed.told, [[5, false]])
})

test('a snapshot that comes while older items are read has the range read first', async () => {
  const feed = new Feed('hg', 'g')
  const call = feed.older.add()
  await feed.next()
  feed.letters = 'gfedcba'
  feed.hear(snapshot(20, 'gf', 'f'))
  assert.deepEqual([feed.keys, feed.state.floor], ['g', 'g'])
  const again = await feed.next()
  assert.match(again.query, /below=g&limit=2&after=20-/)
  again.give()
  assert.equal(await call, true)
  assert.deepEqual([feed.keys, feed.state.floor], ['gfe', 'e'])
})

test('a range that cannot be read is tried again, after the seconds that the server names', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  mock.method(Math, 'random', () => 0.5)
  const feed = new Feed('gf', 'f', 'h')
  feed.hear(snapshot(20, 'hg', 'g'))
  const headers = { 'Retry-After': '7' };
  (await feed.next()).answer(new Response('', { status: 503, headers }))
  await turns()
  feed.hear(event(21, 'remove', 'g'))
  mock.timers.tick(7_249)
  await turns()
  assert.equal(feed.asked.length, 0)
  mock.timers.tick(1)
  const late = await feed.next()
  assert.match(late.query, /after=21-/)
  mock.timers.tick(10_000)
  await turns()
  mock.timers.tick(500)
  const old = await feed.next()
  old.answer(Response.json({ cursor: cursor(20), floor: null, items: items('gf') }))
  await turns()
  mock.timers.tick(1_000);
  (await feed.next()).answer(Response.json({ cursor: cursor(21), floor: null, items: items('f') }))
  await turns()
  assert.deepEqual([feed.keys, feed.told], ['f', [[1, false]]])
  mock.timers.reset()
  mock.restoreAll()
})

test('a feed that has left its page reads no more, and reads again when it is back', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const feed = new Feed('gf', 'f', 'h')
  feed.hear(snapshot(20, 'hg', 'g'))
  feed.on = false;
  (await feed.next()).answer(new Response('', { status: 404 }))
  await turns()
  mock.timers.tick(60_000)
  await turns()
  assert.equal(feed.asked.length, 0)
  feed.on = true
  feed.older.wake();
  (await feed.next()).give()
  await turns()
  assert.equal(feed.keys, 'gf')
  mock.timers.reset()
})

test('a token says who reads', async () => {
  const feed = new Feed('hg', 'g')
  feed.token = 'a.b'
  const call = feed.older.add()
  const { headers, give } = await feed.next()
  assert.deepEqual(headers, { Authorization: 'Bearer a.b' })
  give()
  assert.equal(await call, true)
})

test('older items that a server refuses are an error with its status', async () => {
  const feed = new Feed('hg', 'g')
  const call = feed.older.add();
  (await feed.next()).answer(new Response('', { status: 400 }))
  await assert.rejects(call, { status: 400 })
  const again = feed.older.add();
  (await feed.next()).give()
  assert.equal(await again, true)
})

/** Let everything happen that waits for nothing else. */
async function turns() {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
}

test('while the reader is further down, a snapshot is completed by the range that he has', async () => {
  const feed = new Feed('hgf', 'f')
  feed.state.holding = true
  feed.letters = 'kjihgedcba'
  feed.hear(snapshot(20, 'kj', 'j'))
  assert.equal(feed.keys, 'hgf')
  const request = await feed.next()
  assert.equal(request.query, 'stream=posts%3A1&limit=3&after=20-0000000000000014')
  request.give();
  (await feed.next()).give()
  await turns()
  // Of what he had, the withdrawn item goes, and nothing else.
  assert.deepEqual([feed.keys, feed.state.floor], ['kjihg', 'f'])
})

test('where the stream reads no older items, a snapshot is asked for, and taken as it is', async () => {
  const feed = new Feed('hgf', 'f')
  feed.state.holding = true
  feed.hear(snapshot(20, 'kj', 'j'));
  (await feed.next()).answer(new Response('', { status: 400 }))
  await turns()
  assert.deepEqual([feed.keys, feed.told], ['hgf', ['anew']])
  feed.hear(snapshot(21, 'kj', 'j'))
  await turns()
  assert.deepEqual([feed.keys, feed.asked.length], ['kj', 0])
})
