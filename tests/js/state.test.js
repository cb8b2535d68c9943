import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fill } from '../../src/stoppress/live/static/stoppress/live/fill.js'
import { compare, State } from '../../src/stoppress/live/static/stoppress/live/state.js'
import { random } from './random.js'

const cursor = (n) => `${n}-${n.toString(16).padStart(16, '0')}`
const item = (key, order, version) => ({ key, order, version })
const put = (n, one) => ({ type: 'event', op: 'put', cursor: cursor(n), key: one.key, item: one })
const remove = (n, key, version, more = {}) => (
  { type: 'event', op: 'remove', cursor: cursor(n), key, item: { key, version }, ...more }
)
const snapshot = (n, items, limit = 30, floor = null) => (
  { type: 'snapshot', cursor: cursor(n), items, limit, floor }
)
const state = (items, limit = 30, floor = null) => new State(snapshot(10, items, limit, floor))

/** What a page shows that makes these changes: keys and versions from first to last. */
class Page {
  constructor(items = []) {
    this.items = items
  }

  make(changes) {
    for (const change of changes) {
      this.items = this.items.filter(({ key }) => key !== change.key)
      if (change.item) this.items.push(change.item)
    }
    this.items.sort(compare)
  }

  get shown() {
    return this.items.map(({ key, version }) => [key, version])
  }
}

test('larger orders stand first, equal ones by key', () => {
  const news = state([])
  for (const [n, one] of [item('b', '2', 1), item('c', '1', 1), item('a', '2', 1)].entries()) {
    news.apply(put(11 + n, one))
  }
  assert.deepEqual(news.keys, ['a', 'b', 'c'])
})

test('an item is put where its order says', () => {
  const news = state([item('a', '5', 1), item('b', '3', 1)])
  assert.deepEqual(news.apply(put(11, item('c', '4', 1))), [
    { key: 'c', item: item('c', '4', 1) }
  ])
  assert.deepEqual(news.keys, ['a', 'c', 'b'])
})

test('a version below the one I know changes nothing', () => {
  const news = state([item('a', '5', 3)])
  assert.deepEqual(news.apply(put(11, item('a', '9', 2))), [])
  assert.deepEqual(news.apply(remove(12, 'a', 2)), [])
  assert.equal(news.apply(put(13, item('a', '9', 4))).length, 1)
})

test('the version that I know replaces what is shown, from a later position', () => {
  const news = state([item('a', '5', 3)])
  const again = { ...item('a', '9', 3), text: 'as a new template has it' }
  assert.deepEqual(news.apply(put(11, again)).at(-1), {
    key: 'a', item: again
  })
  assert.deepEqual(news.apply(put(11, item('a', '1', 3))), [])
  assert.deepEqual(news.apply(remove(12, 'a', 3)), [{ key: 'a' }])
})

test('an item dropped below the floor can return in the same version', () => {
  const news = state([item('a', '5', 1), item('b', '3', 1)], 2)
  news.apply(put(11, item('c', '4', 1)))
  assert.deepEqual(news.keys, ['a', 'c'])
  news.apply(put(12, item('b', '6', 1)))
  assert.deepEqual(news.keys, ['b', 'a'])
})

test('a removed key stays removed until a newer version comes', () => {
  const news = state([item('a', '5', 3)])
  assert.deepEqual(news.apply(remove(11, 'a', 4)), [{ key: 'a' }])
  assert.deepEqual(news.apply(put(12, item('a', '5', 4))), [])
  assert.equal(news.apply(put(13, item('a', '5', 5))).length, 1)
})

test('a key that was never shown is remembered when it is removed', () => {
  const news = state([])
  assert.deepEqual(news.apply(remove(11, 'a', 4)), [])
  assert.deepEqual(news.apply(put(12, item('a', '5', 3))), [])
})

test('an item goes away at the version that is shown, also where its text is withdrawn', () => {
  for (const how of [{}, { redacts: true }, { redacted: true }]) {
    const news = state([item('a', '5', 3)])
    assert.deepEqual(news.apply(remove(11, 'a', 3, how)), [{ key: 'a' }])
  }
})

test('a replayed withdrawal does not take away what was restored since', () => {
  const news = state([item('a', '5', 6)])
  assert.deepEqual(news.apply(remove(11, 'a', 4, { redacted: true })), [])
  assert.deepEqual(news.apply(remove(12, 'a', 5, { redacts: true })), [])
  assert.deepEqual(news.keys, ['a'])
})

test('an item without a version has the event’s position for one', () => {
  const news = state([item('a', '5')])
  assert.equal(news.apply(put(11, item('a', '6'))).length, 1)
  assert.deepEqual(news.apply(put(11, item('a', '7'))), [])
  assert.deepEqual(news.apply(remove(12, 'a')), [{ key: 'a' }])
  assert.equal(news.apply(put(13, item('a', '5'))).length, 1)
})

test('above the limit the lowest drops out and the floor rises', () => {
  const news = state([item('a', '5', 1), item('b', '3', 1)], 2)
  assert.deepEqual(news.apply(put(11, item('c', '4', 1))), [
    { key: 'b' },
    { key: 'c', item: item('c', '4', 1) }
  ])
  assert.equal(news.floor, '4')
  assert.deepEqual(news.apply(put(12, item('d', '3', 1))), [])
  assert.deepEqual(news.keys, ['a', 'c'])
})

test('an item that would be the lowest of too many is not shown at all', () => {
  const news = state([item('a', '5', 1), item('b', '3', 1)], 2)
  assert.deepEqual(news.apply(put(11, item('c', '2', 1))), [])
  assert.equal(news.floor, '3')
})

test('an item below the floor is removed, and returns with a higher order', () => {
  const news = state([item('a', '5', 1), item('b', '3', 1)], 30, '3')
  assert.deepEqual(news.apply(put(11, item('a', '2', 2))), [{ key: 'a' }])
  assert.deepEqual(news.apply(put(12, item('c', '1', 1))), [])
  assert.equal(news.apply(put(13, item('a', '4', 3))).length, 1)
  assert.deepEqual(news.keys, ['a', 'b'])
})

test('a removal below a floor does not bring back what had dropped out', () => {
  const news = state([item('a', '5', 1), item('b', '3', 1)], 2)
  news.apply(put(11, item('c', '4', 1)))
  news.apply(remove(12, 'c', 2))
  assert.deepEqual(news.keys, ['a'])
  assert.equal(news.floor, '4')
})

test('a snapshot replaces everything, whatever versions were known', () => {
  const shown = [item('a', '5', 9), item('b', '3', 9), item('c', '2', 9)]
  const news = state(shown)
  const page = new Page(shown)
  news.apply(remove(11, 'd', 9))
  news.apply(remove(12, 'e', 9))
  page.make(news.apply(snapshot(4, [item('d', '6', 1), item('b', '4', 2), item('a', '1', 2)])))
  assert.deepEqual(page.shown, [['d', 1], ['b', 2], ['a', 2]])
  assert.deepEqual(news.keys, ['d', 'b', 'a'])
  assert.equal(news.apply(put(5, item('a', '1', 3))).length, 1)
  assert.equal(news.apply(put(6, item('e', '1', 1))).length, 1)
})

test('an unknown operation changes nothing', () => {
  const news = state([item('a', '5', 1)])
  for (const op of ['pin', undefined, 'constructor', '__proto__']) {
    assert.deepEqual(news.apply({ ...put(11, item('a', '9', 2)), op }), [])
  }
})

test('removed keys are forgotten at some time, the oldest first', () => {
  const news = state([])
  for (let n = 0; n < 1001; n++) news.apply(remove(11 + n, `k${n}`, 5))
  assert.equal(news.apply(put(2000, item('k0', '1', 4))).length, 1)
  assert.deepEqual(news.apply(put(2001, item('k1000', '1', 4))), [])
})

test('held items are put from the last to the first', () => {
  const news = state([item('a', '5', 1), item('b', '3', 1), item('c', '1', 1)])
  const changes = news.puts(new Map([['a', item('a')], ['c', item('c')], ['gone', item('gone')]]))
  assert.deepEqual(changes.map(({ key }) => key), ['c', 'a'])
})

/** A stream as a server keeps it, with versions or without, and its state in the contract's sense. */
class Stream {
  constructor(chance, versioned) {
    this.chance = chance
    this.versioned = versioned
    this.head = 0
    this.versions = new Map()
    this.visible = new Map()
    this.log = []
  }

  write() {
    const key = `article:${Math.floor(this.chance() * 40)}`
    this.head += 1
    const version = (this.versions.get(key) ?? 0) + 1 + Math.floor(this.chance() * 2)
    this.versions.set(key, version)
    const told = this.versioned ? version : undefined
    const old = this.visible.get(key)
    if (old && this.chance() < 0.3) {
      this.visible.delete(key)
      this.log.push(remove(this.head, key, told, this.chance() < 0.5 ? { redacts: true } : {}))
      return
    }
    // Orders differ by their last digits, which are the key's, so that the floor is unambiguous.
    const order = old && this.chance() < 0.6
      ? old.order
      : `${Math.floor(this.chance() * 1000)}`.padStart(4, '0') + key.slice(8).padStart(2, '0')
    const fresh = { ...item(key, order, told), text: `${key} ${version}` }
    this.visible.set(key, fresh)
    this.log.push(put(this.head, fresh))
  }

  snapshot(limit) {
    const all = [...this.visible.values()].sort((a, b) => (a.order < b.order ? 1 : -1))
    const items = all.slice(0, limit)
    return snapshot(this.head, items, limit, all.length > limit ? items.at(-1).order : null)
  }

  /** Every visible item at or above a floor, in order. */
  above(floor) {
    return [...this.visible.values()]
      .filter(({ order }) => floor === null || order >= floor)
      .sort((a, b) => (a.order < b.order ? 1 : -1))
  }
}

for (const versioned of [true, false]) {
  const kind = versioned ? 'with versions' : 'without versions'
  test(`stale state and events are the fresh state, ${kind}`, () => {
    for (let seed = 1; seed <= 300; seed++) {
      const chance = random(seed)
      const stream = new Stream(chance, versioned)
      const limit = 1 + Math.floor(chance() * 12)
      for (let n = Math.floor(chance() * 60); n > 0; n--) stream.write()
      const stale = stream.snapshot(limit)
      const reader = new State(stale)
      const page = new Page(stale.items)
      let floor = stale.floor
      for (let n = 0; n < 80; n++) {
        stream.write()
        page.make(reader.apply(stream.log.at(-1)))
        // The contract: above the limit the lowest drops out and the floor rises.
        const all = stream.above(floor)
        const fresh = all.slice(0, limit)
        if (all.length > limit) floor = fresh.at(-1).order
        assert.equal(reader.floor, floor, `seed ${seed}`)
        assert.deepEqual(reader.keys, fresh.map(({ key }) => key), `seed ${seed}`)
        assert.deepEqual(page.shown, fresh.map(({ key, version }) => [key, version]), `seed ${seed}`)
        if (chance() < 0.05) {
          const again = stream.snapshot(limit)
          floor = again.floor
          page.make(reader.apply(again))
          assert.deepEqual(page.shown, again.items.map(({ key, version }) => [key, version]))
        }
      }
    }
  })
}

test('events that come again after a snapshot newer than its cursor change nothing in the end', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const chance = random(seed)
    const stream = new Stream(chance, true)
    for (let n = 0; n < 30; n++) stream.write()
    const head = stream.head
    for (let n = 0; n < 20; n++) stream.write()
    const newer = { ...stream.snapshot(100), cursor: cursor(head) }
    const reader = new State(newer)
    const page = new Page(newer.items)
    for (const frame of stream.log.slice(head)) page.make(reader.apply(frame))
    const fresh = stream.above(null).map(({ key, version }) => [key, version])
    assert.deepEqual(page.shown, fresh, `seed ${seed}`)
  }
})

const part = (n, items, floor = null) => ({ cursor: cursor(n), items, floor })

test('below a ceiling every event in the range counts, and the floor stays', () => {
  const items = [item('c', '3', 1), item('b', '2', 1)]
  const older = new State({ ...snapshot(10, items, 2, '2'), ceiling: '4' })
  older.apply(put(11, item('x', '25', 1)))
  older.apply(put(12, item('y', '4', 1)))
  older.apply(put(13, item('z', '1', 1)))
  assert.deepEqual([older.keys, older.floor], [['c', 'x', 'b'], '2'])
  assert.deepEqual(older.apply(put(14, item('b', '5', 2))), [{ key: 'b' }])
  older.apply(put(15, item('y', '3', 2)))
  assert.deepEqual([older.keys, older.floor], [['c', 'y', 'x'], '2'])
})

test('a snapshot that reaches down to the floor holds the range, another changes nothing', () => {
  const older = new State({ ...snapshot(10, [item('b', '2', 1)], 1, '2'), ceiling: '3' })
  const short = snapshot(20, [item('d', '9', 1), item('c', '3', 1)], 2, '3')
  assert.equal(older.lacks(short), true)
  assert.deepEqual(older.apply(short), [])
  const deep = snapshot(21, [item('c', '3', 1), item('b', '2', 2), item('a', '1', 1)], 3, '1')
  assert.equal(older.lacks(deep), false)
  assert.deepEqual(older.apply(deep), [{ key: 'b', item: item('b', '2', 2) }])
  assert.deepEqual(older.apply(snapshot(22, [])), [{ key: 'b' }])
  assert.equal(older.floor, '2')
})

test('items missing from the snapshot’s part of the range are removed at once', () => {
  const held = state([item('a', '5', 1), item('b', '4', 1), item('c', '3', 1)], 3, '3')
  held.holding = true
  const short = snapshot(20, [item('d', '6', 1), item('b', '4', 2)], 2, '4')
  assert.equal(held.lacks(short), true)
  assert.deepEqual(held.apply(short), [{ key: 'a' }])
  assert.deepEqual([held.keys, held.floor], [['b', 'c'], '3'])
})

test('items read below the floor are added, except those that events have changed since', () => {
  const news = state([item('d', '4', 1), item('c', '3', 1)], 2, '3')
  news.fix()
  const events = [
    put(11, item('b', '2', 2)), remove(12, 'a', 2), put(13, item('x', '1', 1)),
    put(14, item('e', '5', 1))
  ]
  for (const event of events) news.apply(event)
  const read = part(11, [item('b', '2', 2), item('a', '15', 1)], '1')
  const changes = fill(news, '3', '1', [read], events)
  assert.deepEqual(changes, [
    { key: 'x', item: item('x', '1', 1) }, { key: 'b', item: item('b', '2', 2) }
  ])
  assert.deepEqual([news.keys, news.floor], [['e', 'd', 'c', 'b', 'x'], '1'])
  assert.deepEqual(news.apply(put(15, item('a', '15', 1))), [])
})

test('an item that has moved while two parts were read stands where it was read last', () => {
  const news = state([item('c', '3', 1)], 1, '1')
  news.fix()
  const parts = [part(11, [item('c', '3', 1), item('b', '2', 1)], '2'), part(12, [item('c', '1', 2)])]
  assert.deepEqual(fill(news, null, '1', parts, []), [
    { key: 'c', item: item('c', '1', 2) }, { key: 'b', item: item('b', '2', 1) }
  ])
  assert.deepEqual(news.keys, ['b', 'c'])
})
