import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backoff } from '../../src/stoppress/live/static/stoppress/live/backoff.js'
import { random } from './random.js'

test('the window doubles from half a second up to twenty seconds', (t) => {
  t.mock.method(Math, 'random', () => 1)
  const backoff = new Backoff()
  const waits = Array.from({ length: 8 }, () => backoff.failed())
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000])
})

test('a thousand delays at the cap do not pile up', (t) => {
  t.mock.method(Math, 'random', random(7))
  const backoff = new Backoff()
  for (let n = 0; n < 6; n++) backoff.failed()
  const seconds = new Array(20).fill(0)
  for (let n = 0; n < 1000; n++) seconds[Math.floor(backoff.failed() / 1000)]++
  // 50 in each second on average, with a standard deviation of 7.
  assert.equal(seconds.length, 20)
  for (const count of seconds) assert.ok(count > 15 && count < 85, seconds.join(' '))
})

test('a connection that lasted five seconds starts the count anew, one that only opened does not', (t) => {
  t.mock.method(Math, 'random', () => 1)
  t.mock.timers.enable({ apis: ['Date'] })
  const backoff = new Backoff()
  backoff.failed()
  backoff.failed()
  backoff.opened()
  t.mock.timers.tick(4_999)
  assert.equal(backoff.failed(), 2000)
  backoff.opened()
  t.mock.timers.tick(5_000)
  assert.equal(backoff.failed(), 500)
  t.mock.timers.tick(60_000)
  assert.equal(backoff.failed(), 1000)
})

test('a transport that opens again and again, as polls do, is stable after five seconds', (t) => {
  t.mock.method(Math, 'random', () => 1)
  t.mock.timers.enable({ apis: ['Date'] })
  const backoff = new Backoff()
  backoff.failed()
  for (let n = 0; n < 4; n++) {
    backoff.opened()
    t.mock.timers.tick(2_000)
  }
  assert.equal(backoff.failed(), 500)
})

test('a spread covers its whole window', (t) => {
  t.mock.method(Math, 'random', random(3))
  const backoff = new Backoff()
  const moments = Array.from({ length: 200 }, () => backoff.spread(30_000))
  assert.ok(Math.min(...moments) < 1_500)
  assert.ok(Math.max(...moments) > 28_500 && Math.max(...moments) < 30_000)
})
