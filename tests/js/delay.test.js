import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Delay } from '../../src/stoppress/live/static/stoppress/live/delay.js'

const server = (ahead) => new Date(Date.now() + ahead).toISOString()

test('the worst delay since the last call is measured by the server’s clock', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 })
  const delay = new Delay()
  delay.hear(server(3_600_000))
  delay.note(server(3_600_000 - 40))
  delay.note(server(3_600_000 - 500))
  delay.note(server(3_600_000 - 10))
  assert.equal(delay.take(), 500)
  assert.equal(delay.take(), 0)
})

test('an event is never on the page before it happened', () => {
  const delay = new Delay()
  delay.hear(server(0))
  delay.note(server(5_000))
  assert.equal(delay.take(), 1)
})

test('without a clock or a time there is no delay', () => {
  const delay = new Delay()
  delay.note(server(-40))
  delay.hear('yesterday')
  delay.note(undefined)
  assert.equal(delay.take(), 0)
})
