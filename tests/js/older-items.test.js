import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { OlderItems } from '../../src/stoppress/live/static/stoppress/live/older-items.js'
import { State } from '../../src/stoppress/live/static/stoppress/live/state.js'

const cursor = (n) => `${n}-${n.toString(16).padStart(16, '0')}`
const items = (orders) => [...orders].map((order) => ({ key: order, order, version: 1 }))
const snapshot = (n, orders, floor) => (
  { type: 'snapshot', cursor: cursor(n), items: items(orders), limit: 2, floor }
)

const BROKEN = 'data:text/javascript,throw Error("away")'

/** A page of one feed; `named` is where it says that the module is, null that it says nothing. */
function page({ ceiling = null, link = null, named = null }) {
  globalThis.document = {
    querySelector: (what) => what === 'meta[name="stoppress-older"]' && named && { content: named }
  }
  const left = []
  globalThis.location = { assign: (address) => left.push(address) }
  let listener
  const feed = {
    setAttribute() {},
    removeAttribute() {},
    querySelector: () => link,
    querySelectorAll: () => link ? [link] : [],
    addEventListener: (_, added) => { listener = added },
    older: () => older.add()
  }
  const click = (keys = {}) => {
    const event = { ...keys, target: { closest: () => link }, preventDefault: mock.fn() }
    listener(event)
    return event.preventDefault.mock.callCount() > 0
  }
  const state = new State({ items: items('dc'), floor: 'c', ceiling, limit: 2, cursor: cursor(10) })
  const asked = []
  mock.method(globalThis, 'fetch', async (url) => {
    asked.push(url.search)
    return Response.json({ cursor: cursor(20), floor: null, items: items('ba') })
  })
  const told = []
  const anew = []
  const older = new OlderItems(feed, { below() {} }, state, {
    source: () => ({
      stream: 's', cursor: cursor(20), limit: 2,
      fetchable: (query) => ({ url: new URL(`https://paper.example/live/range?${query}`), token: '' })
    }),
    shows: () => true,
    filled: (changes) => told.push(changes.length),
    anew: () => anew.push(state.keys.join(''))
  })
  return { older, state, asked, told, left, anew, click }
}

/** The link to older items, as the server has rendered it. */
class Link {
  href = '/?below=c'
  attributes = { 'data-older': '/?below={order}' }
  getAttribute = (name) => this.attributes[name]
  hasAttribute = (name) => name in this.attributes
  setAttribute = (name, value) => { this[name] = value }
  toggleAttribute = (name, on) => { if (on) this.attributes[name] = ''; else delete this.attributes[name] }
}

test('older items are read by the module, which is loaded when they are asked for', async () => {
  const { older, state } = page({})
  older.hear(snapshot(20, 'ed', 'd'))
  assert.equal(await older.add(), false)
  assert.equal(state.keys.join(''), 'dcba')
})

test('a click on the link adds them, and one for another tab is left alone', async () => {
  const { state, click } = page({ link: new Link() })
  assert.equal(click({ ctrlKey: true }), false)
  await turns()
  assert.equal(state.keys.join(''), 'dc')
  assert.equal(click(), true)
  await turns()
  assert.equal(state.keys.join(''), 'dcba')
})

test('a page that does not move needs no module; once its floor moves, the link goes with it', async () => {
  const link = new Link()
  const { older, state } = page({ link, named: BROKEN })
  older.show()
  globalThis.document = { querySelector: () => null }
  await turns()
  assert.equal(link.href, '/?below=c')
  state.floor = 'd'
  older.show()
  await turns()
  assert.equal(link.href, '/?below=d')
})

test('a link that the server shows without anything below is hidden', async () => {
  const link = new Link()
  const { older, state } = page({ link })
  state.floor = null
  older.show()
  await turns()
  assert.ok(link.hasAttribute('hidden'))
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

test('a module that cannot be loaded is tried again with the next connection', async () => {
  const { older, asked } = page({ ceiling: 'e', named: BROKEN })
  older.hear(snapshot(20, 'gf', 'f'))
  await turns()
  await assert.rejects(older.add(), /away/)
  globalThis.document = { querySelector: () => null }
  older.wake()
  await turns()
  assert.equal(asked.length, 1)
})

test('where it cannot be loaded, a reader in the middle has the snapshot alone', async () => {
  const { older, state, anew } = page({ named: BROKEN })
  state.holding = true
  state.apply(snapshot(20, 'gf', 'f'))
  older.hear(snapshot(20, 'gf', 'f'))
  older.wake()
  await turns()
  assert.deepEqual(anew, ['dc'])
  state.apply(snapshot(21, 'gf', 'f'))
  older.hear(snapshot(21, 'gf', 'f'))
  await turns()
  assert.equal(state.keys.join(''), 'gf')
  assert.equal(anew.length, 1)
})

test('where it cannot be loaded, a click leads to the page of older items', async () => {
  const { click, left } = page({ link: new Link(), named: BROKEN })
  click()
  await turns()
  assert.deepEqual(left, ['/?below=c'])
})

/** Let everything happen that waits for nothing else. */
async function turns() {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
}
