import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fill } from '../../src/stoppress/live/static/stoppress/live/fill.js'
import { State } from '../../src/stoppress/live/static/stoppress/live/state.js'
import { random } from './random.js'

const LIMIT = 3
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']
const KINDS = [
  'put', 'put', 'put', 'put', 'update', 'update', 'remove', 'stale', 'again', 'redact', 'rerender'
]
const cursor = (n) => `${n}-${n.toString(16).padStart(16, '0')}`

/** A stream and its site: every second key has versions, the others their events' positions. */
class Stream {
  items = new Map()
  versions = new Map()
  takenAway = new Map()
  log = []

  constructor(chance) {
    this.chance = chance
  }

  number(below) {
    return Math.floor(this.chance() * below)
  }

  /** What is shown, at the head's cursor; with `position`, newer than its cursor, and all of it. */
  snapshot(position) {
    const all = this.above(null)
    const whole = position !== undefined
    return {
      type: 'snapshot',
      cursor: cursor(position ?? this.log.length),
      limit: whole ? 99 : LIMIT,
      floor: whole || all.length <= LIMIT ? null : all[LIMIT - 1].order,
      items: whole ? all : all.slice(0, LIMIT)
    }
  }

  above(floor) {
    return [...this.items.values()]
      .filter(({ order }) => floor === null || order >= floor)
      .sort((a, b) => (a.order < b.order ? 1 : -1))
  }

  change() {
    const what = KINDS[this.number(KINDS.length)]
    const key = KEYS[this.number(KEYS.length)]
    const shown = this.items.get(key)
    if (what === 'put' || what === 'update') {
      const order = shown && what === 'update' ? shown.order : `${this.number(10)}${key}`
      this.show({ key, order, version: this.next(key) })
    } else if (what === 'stale' && shown?.version !== undefined) {
      this.tell('put', key, { ...shown, version: Math.max(0, shown.version - 1 - this.number(2)) })
    } else if (what === 'rerender' && shown) {
      this.show({ ...shown, text: `by template ${this.log.length}` })
    } else if (what === 'again' && this.takenAway.size) {
      this.show([...this.takenAway.values()][this.number(this.takenAway.size)])
    } else if (what === 'remove') {
      const version = this.chance() < 0.5 ? this.next(key) : undefined
      this.forget(key)
      if (version === undefined && shown) this.takenAway.set(key, shown)
      this.tell('remove', key, { key, version })
    } else if (what === 'redact') {
      this.forget(key)
      for (const event of this.log) {
        if (event.key !== key || event.op !== 'put') continue
        Object.assign(event, { op: 'remove', redacted: true })
        event.item = { key, version: event.item.version }
      }
      const same = this.versioned(key) ? this.versions.get(key) ?? 0 : undefined
      const version = [same, this.next(key), undefined][this.number(3)]
      this.tell('remove', key, { key, version }, { redacts: true })
    }
  }

  versioned(key) {
    return KEYS.indexOf(key) % 2 === 0
  }

  next(key) {
    this.versions.set(key, (this.versions.get(key) ?? 0) + 1)
    return this.versioned(key) ? this.versions.get(key) : undefined
  }

  forget(key) {
    this.items.delete(key)
    this.takenAway.delete(key)
  }

  show(item) {
    this.items.set(item.key, item)
    this.takenAway.delete(item.key)
    this.tell('put', item.key, item)
  }

  tell(op, key, item, more = {}) {
    const after = this.log.length
    this.log.push({ type: 'event', op, key, item: { ...item }, cursor: cursor(after + 1), ...more })
  }

  /** What is read below an order. */
  range(below, limit) {
    const all = this.above(null).filter(({ order }) => below === null || order < below)
    return {
      cursor: cursor(this.log.length),
      floor: all.length <= limit ? null : all[limit - 1].order,
      items: structuredClone(all.slice(0, limit))
    }
  }

  many() {
    for (let n = this.number(30); n > 0; n--) this.change()
    return this.log.length
  }
}

/** Try a story with many streams. @param {(stream: Stream) => void} story */
function often(story) {
  for (let seed = 1; seed <= 500; seed++) {
    try {
      story(new Stream(random(seed)))
    } catch (error) {
      error.message = `seed ${seed}: ${error.message}`
      throw error
    }
  }
}

function assertFresh(reader, stream) {
  assert.deepEqual(reader.keys, stream.above(reader.floor).map(({ key }) => key))
}

test('events as they come make the fresh state at each of them', () => {
  often((stream) => {
    stream.many()
    const reader = new State(stream.snapshot())
    for (let n = 0; n < 30; n++) {
      const known = stream.log.length
      stream.change()
      for (const event of stream.log.slice(known)) reader.apply(structuredClone(event))
      assert.ok(reader.keys.length <= LIMIT)
      assertFresh(reader, stream)
    }
  })
})

test('events that are replayed make the fresh state though texts were withdrawn', () => {
  often((stream) => {
    const known = stream.many()
    const reader = new State(stream.snapshot())
    stream.many()
    for (const event of stream.log.slice(known)) reader.apply(event)
    assertFresh(reader, stream)
  })
})

test('events that a newer snapshot has already change nothing in the end', () => {
  often((stream) => {
    const known = stream.many()
    stream.many()
    const reader = new State(stream.snapshot(known))
    stream.many()
    for (const event of stream.log.slice(known)) reader.apply(event)
    assertFresh(reader, stream)
  })
})

/** A page that shows a range: it follows the log, some events behind, and reads what it lacks. */
class Page {
  constructor(stream, below) {
    this.stream = stream
    this.at = stream.log.length
    this.state = new State({ ...stream.range(below, LIMIT), limit: LIMIT, ceiling: below })
  }

  follow(events) {
    for (const event of this.stream.log.slice(this.at, this.at + events)) {
      this.state.apply(structuredClone(event))
      this.noted?.push(structuredClone(event))
      this.at++
    }
  }

  /** A snapshot takes the place of what the page has missed. */
  cut() {
    const frame = this.stream.snapshot()
    this.at = this.stream.log.length
    const lacks = this.state.lacks(frame)
    this.state.apply(frame)
    if (lacks) this.read(this.state.ceiling, this.state.floor)
  }

  /** While each part is read, more happens, and the page hears some of it. */
  read(below, floor) {
    this.noted = []
    const parts = []
    for (let from = below, more = true; more;) {
      this.happen()
      const part = this.stream.range(from, 2)
      this.happen()
      parts.push(part)
      from = part.floor
      more = floor !== undefined && from !== null && (floor === null || from > floor)
    }
    const low = floor === undefined ? parts[0].floor : floor
    fill(this.state, below, low, parts, this.noted)
    this.noted = undefined
  }

  happen() {
    for (let n = this.stream.number(3); n > 0; n--) this.stream.change()
    this.follow(this.stream.number(4))
  }

  /** @param {boolean} [down] reach further down */
  older() {
    this.state.fix()
    if (this.state.floor !== null) this.read(this.state.floor)
  }

  assertFresh() {
    this.follow(Infinity)
    const { floor, ceiling } = this.state
    const fresh = this.stream.above(floor).filter(({ order }) => ceiling === null || order < ceiling)
    assert.deepEqual(this.state.keys, fresh.map(({ key }) => key))
  }
}

for (const ceiling of [null, '7']) {
  test(`a page below ${ceiling ?? 'nothing'} that reaches down is fresh at every step`, () => {
    often((stream) => {
      stream.many()
      const page = new Page(stream, ceiling)
      for (let n = 0; n < 20; n++) {
        page.happen()
        const step = stream.number(6)
        if (step === 0) page.cut()
        if (step === 1) page.older()
        if (step > 3) page.assertFresh()
      }
      page.assertFresh()
    })
  })
}
