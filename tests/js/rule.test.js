import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, lowest, position } from '../../src/stoppress/live/static/stoppress/live/rule.js'

const link = (n) => n.toString(16).padStart(16, '0')
const at = (n, branch = 0) => `${n}-${link(n + branch * 1000)}`
const event = (n, branch = 0) => ({
  type: 'event', stream: 'news', after: at(n - 1, branch), cursor: at(n, branch)
})

test('the event after my cursor is applied', () => {
  assert.equal(decide(at(7), event(8)), 'apply')
})

test('an event at or behind my cursor is dropped', () => {
  assert.equal(decide(at(7), event(7)), 'drop')
  assert.equal(decide(at(7), event(3)), 'drop')
})

test('an event beyond a gap makes me ask again', () => {
  assert.equal(decide(at(7), event(9)), 'ask')
})

test('positions are compared as numbers', () => {
  assert.equal(decide(at(10), event(9)), 'drop')
  assert.equal(decide(at(9), event(11)), 'ask')
})

test('another history at or above my position makes me ask again', () => {
  assert.equal(decide(at(7), event(7, 1)), 'ask')
  assert.equal(decide(at(7), event(8, 1)), 'ask')
})

test('without a cursor only a snapshot is taken', () => {
  assert.equal(decide(null, event(1)), 'ask')
  assert.equal(decide(null, { ...event(1), after: null }), 'ask')
  assert.equal(decide(null, { type: 'snapshot', stream: 'news', cursor: at(1) }), 'apply')
})

test('a snapshot is taken at any cursor', () => {
  assert.equal(decide(at(9), { type: 'snapshot', stream: 'news', cursor: at(2, 1) }), 'apply')
})

test('an unreadable cursor makes me ask again', () => {
  assert.equal(decide(at(7), { type: 'event', stream: 'news', after: 'x', cursor: 'y' }), 'ask')
  assert.equal(decide('garbage', event(3)), 'ask')
})

test('a heartbeat or a live at another cursor makes me ask again', () => {
  const heartbeat = (cursors) => ({ type: 'heartbeat', stream: 'news', cursors })
  assert.equal(decide(at(7), heartbeat({ news: at(7) })), 'apply')
  assert.equal(decide(at(7), heartbeat({ news: at(8) })), 'ask')
  assert.equal(decide(at(7), heartbeat({ news: at(6) })), 'ask')
  assert.equal(decide(at(7), heartbeat({ sport: at(2) })), 'apply')
  assert.equal(decide(at(7), { type: 'live', stream: 'news', cursor: at(7) }), 'apply')
  assert.equal(decide(at(7), { type: 'live', stream: 'news', cursor: at(8) }), 'ask')
})

test('a frame of an unknown type is dropped', () => {
  for (const type of ['weather', 'constructor', '__proto__', 'toString']) {
    assert.equal(decide(at(7), { type, stream: 'news', cursor: at(8) }), 'drop')
  }
})

test('a position is a number, and NaN for an invalid cursor', () => {
  assert.equal(position('1041-9f86d081884c7d65'), 1041)
  for (const cursor of [null, undefined, '', '12', '-3-9f86d081884c7d65', '1-XYZ', '1-9F86D081884C7D65']) {
    assert.ok(Number.isNaN(position(cursor)))
  }
})

test('several readers go on from the lowest cursor, and from none when histories differ', () => {
  assert.equal(lowest([at(10), at(9), at(12)]), at(9))
  assert.equal(lowest([at(9), at(9)]), at(9))
  assert.equal(lowest([at(9), at(9, 1)]), null)
  assert.equal(lowest([at(9), null]), null)
  assert.equal(lowest(['garbage']), 'garbage')
})
