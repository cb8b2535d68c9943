import assert from 'node:assert/strict'
import { test } from 'node:test'

const device = new Map()
let allowed = true
let stores = true
const listeners = []

globalThis.document = { querySelector: () => allowed ? {} : null }
globalThis.addEventListener = (_, listen) => listeners.push(listen)
Object.defineProperty(globalThis, 'localStorage', {
  get() {
    if (stores === 'refuses') throw new DOMException('denied', 'SecurityError')
    return {
      getItem: (key) => device.get(key) ?? null,
      setItem(key, value) {
        if (stores === 'full') throw new DOMException('full', 'QuotaExceededError')
        device.set(key, value)
      },
      removeItem: (key) => device.delete(key),
    }
  },
})

let pages = 0
/** Open a page: the module anew. */
const open = () => import(`../../src/stoppress/newsroom/static/newsroom/paper/memory.js?${pages++}`)

/** Begin anew, with a device that stores as it is told. */
function given(how, text) {
  device.clear()
  if (text !== undefined) device.set('stoppress:reading', text)
  allowed = true
  stores = how
}

test('a page finds what another has remembered, and hears of it', async () => {
  given(true)
  const [one, other] = [await open(), await open()]
  one.remember('list', 'news', { place: 'a' })
  assert.equal(other.recall('list', 'news').place, 'a')
  assert.equal(other.recall('list', 'section:town'), undefined)
  assert.equal(other.recall('list', 'constructor'), undefined)
  let heard = 0
  other.heed(() => heard++)
  for (const key of ['stoppress:reading', 'theme', null]) listeners.at(-1)({ key })
  assert.equal(heard, 2)
})

for (const how of ['refuses', 'full']) {
  test(`storage that ${how === 'full' ? 'is full' : how} is no error, and the page has its own`, async () => {
    given(how)
    const { recall, remember, forget } = await open()
    remember('list', 'news', { place: 'a' })
    assert.equal(recall('list', 'news').place, 'a')
    forget()
    assert.equal(recall('list', 'news'), undefined)
    assert.equal(device.size, 0)
  })
}

test('the memory is bounded: the newest 200 names of a kind, of the last 30 days', async (t) => {
  given(true)
  t.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 })
  const { recall, remember } = await open()
  remember('list', 'news', { place: 'x'.repeat(24), unread: Array(100).fill('article:123456') })
  for (let pk = 0; pk < 300; pk++) remember('story', `article:${pk}`, { version: 1 })
  assert.equal(recall('story', 'article:99'), undefined)
  assert.equal(recall('story', 'article:100').version, 1)
  assert.ok(device.get('stoppress:reading').length < 20_000)
  t.mock.timers.setTime(1_800_000_000_000 + 31 * 86_400_000)
  remember('story', 'article:300', { version: 1 })
  assert.equal(recall('story', 'article:299'), undefined)
  assert.equal(recall('story', 'article:300').version, 1)
})

test('marks deleted by the reader do not come back from a page that is still open', async () => {
  given(true)
  const { recall, remember } = await open()
  remember('list', 'news', { place: 'a' })
  device.clear()
  assert.equal(recall('list', 'news'), undefined)
  remember('story', 'article:1', { version: 1 })
  assert.equal(recall('list', 'news'), undefined)
  assert.deepEqual(Object.keys(JSON.parse(device.get('stoppress:reading'))), ['story'])
})

test('a foreign value stored under the name is no error', async () => {
  for (const text of ['', 'nonsense', '[]', '7', 'null', '{"list":7}', '{"list":{"news":[]}}', '{"list":[1]}']) {
    given(true, text)
    const { recall, remember } = await open()
    assert.equal(recall('list', 'news'), undefined)
    remember('list', 'news', { place: 'a' })
    assert.equal(recall('list', 'news').place, 'a')
  }
})

test('a site that does not allow it stores nothing and deletes what was stored', async () => {
  given(true, '{"list":{"news":{"place":"a","at":1}}}')
  allowed = false
  const { recall, remember } = await open()
  assert.equal(device.size, 0)
  remember('list', 'news', { place: 'a' })
  assert.equal(recall('list', 'news'), undefined)
  assert.equal(device.size, 0)
})
