import assert from 'node:assert/strict'
import { test } from 'node:test'
import { random } from './random.js'

const SERVER = Date.UTC(2026, 10, 30, 22, 29, 10)
const MINUTE = 60_000

/** The page's own clock, in milliseconds since the page began, and what runs on it. */
const machine = { elapsed: 0, ahead: 0, timers: new Map(), observed: [] }

const listeners = {}

globalThis.document = {
  hidden: false,
  body: { lang: 'en' },
  documentElement: { lang: '' },
  addEventListener: (type, listen) => { listeners[type] = listen },
}
globalThis.IntersectionObserver = class {
  constructor(tell) { machine.tell = tell }
  observe(element) { machine.observed.push(element) }
}
Object.defineProperty(globalThis, 'performance', { value: { now: () => machine.elapsed } })
globalThis.setTimeout = (run, wait) => {
  assert.ok(wait > 0 && wait <= MINUTE, `a timer of ${wait} ms`)
  const key = {}
  machine.timers.set(key, { run, at: machine.elapsed + wait })
  return key
}
globalThis.clearTimeout = (key) => machine.timers.delete(key)
process.env.TZ = 'Asia/Kolkata'

class Time {
  #attributes = new Map()
  isConnected = true
  written = []
  role = null

  constructor(moment, style = 'ago') {
    this.#attributes.set('datetime', new Date(moment).toISOString()).set('data-format', style)
  }

  getAttribute(name) { return this.#attributes.get(name) ?? null }
  setAttribute(name, value) { this.#attributes.set(name, value) }
  closest(selector) { return selector.startsWith('time') && this.role ? this : null }
  get textContent() { return this.written.at(-1) ?? '' }
  set textContent(text) { this.written.push(text) }
}

/** Load the module anew, as a page does, at its moment 0. */
let pages = 0
async function load() {
  Object.assign(machine, { elapsed: 0, timers: new Map(), observed: [], tell: null })
  document.hidden = false
  return import(`../../src/stoppress/live/static/stoppress/live/times.js?${pages++}`)
}

/** Let time pass, with all that runs in it. */
function pass(milliseconds) {
  const end = machine.elapsed + milliseconds
  for (;;) {
    const due = [...machine.timers].filter(([, { at }]) => at <= end)
      .sort(([, a], [, b]) => a.at - b.at)[0]
    if (!due) break
    machine.timers.delete(due[0])
    machine.elapsed = Math.max(machine.elapsed, due[1].at)
    due[1].run()
  }
  machine.elapsed = end
}

const say = (moment) => new Date(moment).toISOString()
const look = (target, isIntersecting = true) => machine.tell([{ target, isIntersecting }])

test('a time is told by the server’s clock once it is known, and by the calendar after a day', async () => {
  const { tellTime, setClock } = await load()
  const time = new Time(SERVER)
  tellTime(time)
  assert.equal(time.textContent, 'Dec 1, 2026, 3:59 AM')
  assert.match(time.getAttribute('title'), /Tuesday, December 1, 2026 at 3:59:10 AM GMT\+5:30/)
  look(time)
  setClock(say(SERVER + 1_000))
  assert.equal(time.textContent, 'now')
  // Clocks show 22:30 from here on.
  pass(49_000)
  assert.equal(time.textContent, '1 minute ago')
  pass(58 * MINUTE)
  assert.equal(time.textContent, '59 minutes ago')
  pass(MINUTE)
  assert.equal(time.textContent, '1 hour ago')
  pass(22 * 60 * MINUTE + 59 * MINUTE)
  assert.equal(time.textContent, '23 hours ago')
  pass(MINUTE)
  assert.equal(time.textContent, 'Dec 1, 2026, 3:59 AM')
  assert.equal(time.written.length, 1 + 60 + 23 + 1)
})

test('a time of the future, and one without a clock, is told by the calendar', async () => {
  const { tellTime, setClock } = await load()
  setClock('yesterday')
  setClock(undefined)
  const times = [30_000, 3 * MINUTE].map((later) => new Time(SERVER + later))
  for (const time of times) tellTime(time)
  assert.deepEqual(times.map(({ textContent }) => textContent.slice(0, 3)), ['Dec', 'Dec'])
  setClock(say(SERVER))
  for (const time of times) tellTime(time)
  assert.deepEqual(times.map(({ textContent }) => textContent.slice(0, 3)), ['now', 'Dec'])
})

test('one timer ticks, and only for what is in view on a page that is seen', async () => {
  const { tellTime, setClock } = await load()
  setClock(say(SERVER))
  const [near, far] = [new Time(SERVER), new Time(SERVER)]
  for (const time of [near, far]) tellTime(time)
  assert.equal(machine.timers.size, 0)
  look(near)
  look(far, false)
  pass(2 * MINUTE)
  assert.equal(machine.timers.size, 1)
  assert.deepEqual([near, far].map(({ textContent }) => textContent), ['2 minutes ago', 'now'])
  look(far)
  assert.equal(far.textContent, '2 minutes ago')

  document.hidden = true
  listeners.visibilitychange()
  assert.equal(machine.timers.size, 0)
  pass(10 * MINUTE)
  document.hidden = false
  listeners.visibilitychange()
  assert.equal(near.textContent, '12 minutes ago')
  look(near, false)
  look(far, false)
  assert.equal(machine.timers.size, 0)
})

test('a reader gets the moment by a tap or a key, and again how long ago it was', async () => {
  const { tellTime, setClock } = await load()
  setClock(say(SERVER))
  const time = new Time(SERVER)
  tellTime(time)
  await null
  assert.deepEqual([time.role, time.getAttribute('tabindex')], ['button', '0'])
  const told = (event) => {
    let prevented = false
    const target = { closest: (selector) => time.closest(selector) }
    listeners[event.key ? 'keydown' : 'click']({ target, preventDefault: () => { prevented = true }, ...event })
    return [time.textContent.slice(0, 3), prevented]
  }
  assert.deepEqual(told({}), ['Dec', true])
  assert.deepEqual(told({ key: 'Tab' }), ['Dec', false])
  assert.deepEqual(told({ key: 'Enter' }), ['now', true])
  assert.deepEqual(told({ key: ' ' }), ['Dec', true])
})

/** How many minutes ago a text says that it was. */
function minutes(text) {
  const [, number, unit] = /^(\d+) (minute|hour)s? ago$/.exec(text) ?? []
  if (text === 'now') return 0
  return unit ? number * (unit === 'hour' ? 60 : 1) : Infinity
}

test('no time ever runs backwards, whatever the clocks, the network and the tab do', async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const next = random(seed)
    const { tellTime, setClock } = await load()
    const times = Array.from({ length: 5 }, () => new Time(SERVER - next() * 26 * 60 * MINUTE))
    let slept = 0
    setClock(say(SERVER - next() * 5_000))
    for (const time of times) tellTime(time)
    for (let step = 0; step < 60; step++) {
      const act = Math.floor(next() * 5)
      const time = times[Math.floor(next() * times.length)]
      if (act === 0) pass(next() ** 4 * 3 * 60 * MINUTE)
      // The page's clock stands still while the machine sleeps.
      if (act === 1) slept += next() ** 4 * 60 * MINUTE
      // A heartbeat has been under way for a while, perhaps in a frozen tab.
      if (act === 2) setClock(say(SERVER + slept + machine.elapsed - next() ** 4 * 10 * MINUTE))
      if (act === 3) look(time, next() < 0.7)
      if (act === 4) {
        document.hidden = !document.hidden
        listeners.visibilitychange()
      }
      tellTime(time)
    }
    for (const { written } of times) {
      const told = written.map(minutes)
      assert.deepEqual(told, told.toSorted((a, b) => a - b), `seed ${seed}: ${written}`)
    }
  }
})
