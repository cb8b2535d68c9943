import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fill } from '../../src/stoppress/live/static/stoppress/live/fill.js'
import { compare, State } from '../../src/stoppress/live/static/stoppress/live/state.js'
import { Waiting } from '../../src/stoppress/live/static/stoppress/live/waiting.js'
import { random } from './random.js'

globalThis.document = { hidden: false }

const LIMIT = 4
const KEYS = 'abcdefghijkl'
const cursor = (n) => `${n}-${n.toString(16).padStart(16, '0')}`

/** What stands on the page, and how far the reader has come. */
class Column {
  items = new Map()
  isAway = false
  /** How many items he has above or sees. */
  seen = 2

  get standing() {
    return [...this.items.values()].sort(compare)
  }

  order(key) {
    return this.items.get(key)?.order
  }

  edge(changes) {
    const gone = new Set(changes.flatMap(({ key, item }) => (item ? [] : [key])))
    return this.standing.filter(({ key }) => !gone.has(key)).slice(0, this.seen).at(-1)
  }

  draw(changes, fresh, firmly) {
    // What he read stays where it was: the rest is above.
    if (firmly) this.isAway = true
    for (const { key, item } of changes) {
      if (item) this.items.set(key, item)
      else this.items.delete(key)
    }
  }

  element() {}
  keep() {}
}

/** A page that follows a stream, whose reader does what he likes. */
class Page {
  log = 0
  versions = 0
  stream = new Map()
  column = new Column()
  count = 0

  constructor(chance) {
    this.chance = chance
    for (let n = this.number(9); n > 0; n--) this.change()
    const { items, ...snapshot } = this.snapshot()
    this.column.draw(items.map((item) => ({ key: item.key, item })))
    this.state = new State({ ...snapshot, items })
    const feed = {
      querySelector: () => null,
      dispatchEvent: ({ detail }) => (this.count = detail.count),
      scrollIntoView: () => (this.column.isAway = false),
      focus() {},
      tabIndex: 0
    }
    this.waiting = new Waiting(feed, this.column, this.state)
  }

  number(below) {
    return Math.floor(this.chance() * below)
  }

  /** @returns {object} an event of the log, which has made the stream what it is */
  change() {
    const key = KEYS[this.number(KEYS.length)]
    const old = this.stream.get(key)
    const frame = { type: 'event', key, cursor: cursor(++this.log), event: 'article.updated' }
    const version = ++this.versions
    if (old && this.chance() < 0.3) {
      this.stream.delete(key)
      return { ...frame, op: 'remove', item: { key, version } }
    }
    const order = old && this.chance() < 0.6 ? old.order : `${this.number(100)}`.padStart(2, '0') + key
    const item = { key, version, order }
    this.stream.set(key, item)
    return { ...frame, op: 'put', item }
  }

  above(floor) {
    return [...this.stream.values()].filter(({ order }) => floor === null || order >= floor).sort(compare)
  }

  snapshot() {
    const items = this.above(null)
    const floor = items.length > LIMIT ? items[LIMIT - 1].order : null
    const frame = { type: 'snapshot', cursor: cursor(this.log), limit: LIMIT, floor }
    return { ...frame, items: items.slice(0, LIMIT) }
  }

  take(frame) {
    this.waiting.prepare()
    const lacks = this.state.lacks(frame)
    this.waiting.draw(this.state.apply(frame), frame.type === 'event' && frame.event)
    if (!lacks) return
    // The range that the page shows is read anew.
    const { floor } = this.state
    const part = { cursor: frame.cursor, floor, items: this.above(floor) }
    this.waiting.draw(fill(this.state, null, floor, [part], []), false)
  }

  step() {
    const what = this.number(20)
    const { column, waiting } = this
    if (what === 0) waiting.reveal()
    if (what === 0) waiting.scrolled()
    if (what === 1) this.take(this.snapshot())
    if (what < 2 || what > 7) this.take(this.change())
    if (what === 2 || what === 3) column.isAway = !column.isAway
    if (what === 4) column.seen = this.number(6)
    if (what === 5) document.hidden = !document.hidden
    if (what === 6) waiting.paused = !waiting.paused
    if (what === 2 || what === 3) waiting.scrolled()
    if (what === 5 || what === 6) waiting.settle()
  }

  get isHolding() {
    return document.hidden || this.waiting.paused || this.column.isAway
  }

  check() {
    const { state, column, stream } = this
    const fresh = this.above(state.floor).map(({ key }) => key)
    assert.deepEqual(state.keys, fresh)
    for (const key of column.items.keys()) assert.ok(stream.has(key), `${key} was removed`)
    const missing = fresh.filter((key) => !column.items.has(key))
    assert.equal(this.count, missing.length)
    assert.ok(this.isHolding || state.keys.length <= LIMIT)
    if (!this.isHolding) assert.deepEqual(column.standing, this.above(state.floor))
    // What is on the page is always as it was last told, unless the reader pauses.
    if (this.waiting.paused) return
    for (const { key, version } of column.standing) assert.equal(version, stream.get(key).version)
  }
}

test('shown and waiting items together equal the log at any position of the reader', () => {
  for (let seed = 1; seed <= 500; seed++) {
    document.hidden = false
    const page = new Page(random(seed))
    for (let n = 0; n < 60; n++) {
      page.step()
      try {
        page.check()
      } catch (error) {
        error.message = `seed ${seed}, step ${n}: ${error.message}`
        throw error
      }
    }
  }
})

test('when everything is shown at once, only a pause makes items wait', () => {
  const page = new Page(random(1))
  const items = { hasAttribute: (name) => name === 'data-at-once' }
  const feed = { querySelector: (what) => what === '[data-items]' ? items : null, dispatchEvent() {} }
  const waiting = page.waiting = new Waiting(feed, page.column, page.state)
  page.column.isAway = document.hidden = true
  for (let n = 0; n < 20; n++) page.take(page.change())
  assert.deepEqual(page.column.standing, page.above(page.state.floor))
  waiting.paused = true
  page.take({ type: 'event', op: 'put', cursor: cursor(++page.log), key: 'z', item: { key: 'z', version: 99, order: '99z' } })
  assert.equal(page.column.order('z'), undefined)
  document.hidden = false
})

test('a reader who is away keeps items below the limit, up to 500', () => {
  const put = (n) => {
    const key = `${n}`.padStart(4, '0')
    const item = { key, order: key, version: 1 }
    return { type: 'event', op: 'put', cursor: cursor(n), key, item }
  }
  const state = new State({ limit: 30, cursor: cursor(10) })
  state.holding = true
  for (let n = 11; n <= 2010; n++) state.apply(put(n))
  assert.deepEqual([state.keys.length, state.floor], [500, '1511'])
  state.holding = false
  assert.equal(state.trim().length, 470)
  assert.deepEqual([state.keys.length, state.floor], [30, '1981'])
})

test('when all that a reader had is gone, nothing waits any more', () => {
  const page = new Page(random(7))
  while (page.column.items.size < 2) page.take(page.change())
  Object.defineProperty(page.column, 'isAway', { get: () => page.column.items.size > 0, set() {} })
  const shown = [...page.column.items.keys()]
  const item = { key: 'new', version: 100, order: '99new' }
  const frame = { type: 'event', event: 'article.published' }
  page.take({ ...frame, op: 'put', key: 'new', cursor: cursor(page.log + 1), item })
  assert.equal(page.count, 1)
  for (const [n, key] of shown.entries()) {
    page.take({ ...frame, op: 'remove', key, cursor: cursor(page.log + 2 + n), item: { key, version: 200 } })
  }
  assert.equal(page.count, 0)
  assert.deepEqual([...page.column.items.keys()], ['new'])
})
