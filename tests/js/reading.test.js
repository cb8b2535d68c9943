import assert from 'node:assert/strict'
import { test } from 'node:test'
import { named, read } from '../../src/stoppress/live/static/stoppress/live/reading.js'

test('a message is a frame where it is an object, as text or read already', () => {
  assert.deepEqual(read('{"type":"hello"}'), { type: 'hello' })
  assert.deepEqual(read({ type: 'live' }), { type: 'live' })
  for (const nothing of ['', '{', 'null', '7', '"hello"', undefined, null, 7]) {
    assert.equal(read(nothing), null)
  }
})

test('the first number of a reason is a wait in seconds', () => {
  assert.equal(named('restart, come back within 30 s'), 30_000)
  assert.equal(named('come back in 2.5 s, or 9'), 2500)
  assert.equal(named('overloaded'), 0)
  assert.equal(named(''), 0)
})
