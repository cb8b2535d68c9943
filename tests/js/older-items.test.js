import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { OlderItems } from '../../src/stoppress/live/static/stoppress/live/older-items.js'
import { State } from '../../src/stoppress/live/static/stoppress/live/state.js'

const cursor = (n) => `${n}-${n.toString(16).padStart(16, '0')}`
const items = (orders) => [...orders].map((order) => ({ key: order, order, version: 1 }))
const snapshot = (n, orders, floor) => (
  { type: 'snapshot', cursor: cursor(n), items: items(orders), limit: 2, floor }
)

/** A page of one feed; `named` is where it says that the module is, null that it says nothing. */
function page({ ceiling = null, link = false, named = null }) {
  globalThis.document = {
    querySelector: (what) => what === 'meta[name="stoppress-older"]' && named && { content: named }
  }
  const listened = []
  const feed = {
    querySelector: () => link || null,
    querySelectorAll: () => [],
    addEventListener: (type) => listened.push(type)
  }
  const state = new State({ items: items('dc'), floor: 'c', ceiling, limit: 2, cursor: cursor(10) })
  const asked = []
  mock.method(globalThis, 'fetch', async (url) => {
    asked.push(url.search)
    return Response.json({ cursor: cursor(20), floor: null, items: items('ba') })
  })
  const told = []
  const older = new OlderItems(feed, {}, state, {
    source: () => ({
      stream: 's', cursor: cursor(20), limit: 2,
      fetchable: (query) => ({ url: new URL(`https://paper.example/live/range?${query}`), token: '' })
    }),
    shows: () => true,
    filled: (changes) => told.push(changes.length)
  })
  return { older, state, asked, told, listened }
}

test('a feed without a link and without a ceiling loads it when it is asked for older items', async () => {
  const { older, state, listened } = page({})
  older.hear(snapshot(20, 'ed', 'd'))
  await turns()
  assert.deepEqual(listened, [])
  assert.equal(await older.add(), false)
  assert.deepEqual([state.keys.join(''), listened], ['dcba', ['click']])
})

test('a link is taken over as soon as the module is there', async () => {
  const { listened } = page({ link: true })
  await turns()
  assert.deepEqual(listened, ['click'])
})

test('a range whose snapshot came before the module is read once it is there', async () => {
  const { older, asked, told } = page({ ceiling: 'e' })
  older.hear(snapshot(15, 'gf', 'f'))
  older.hear(snapshot(20, 'gf', 'f'))
  assert.equal(asked.length, 0)
  await turns()
  assert.deepEqual([asked.length, told.length], [1, 1])
  assert.match(asked[0], /below=e/)
})

test('a module that could not be loaded is tried again with the next connection', async () => {
  const broken = page({ link: true, named: 'data:text/javascript,throw Error("away")' })
  await turns()
  await assert.rejects(broken.older.add(), /away/)
  globalThis.document = { querySelector: () => null }
  broken.older.wake()
  await turns()
  assert.deepEqual(broken.listened, ['click'])
})

/** Let everything happen that waits for nothing else. */
async function turns() {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
}
