import assert from 'node:assert/strict'
import { beforeEach, mock, test } from 'node:test'
import { Ladder } from '../../src/stoppress/live/static/stoppress/live/ladder.js'
import { random } from './random.js'

const MINUTE = 60_000

beforeEach(() => {
  mock.timers.reset()
  mock.timers.enable({ apis: ['Date'] })
})

/** A network, and a ladder that climbs about in it until it stays where it is. */
class Network {
  constructor(through) {
    this.through = new Set(through)
    this.ladder = new Ladder()
    this.tried = []
  }

  /** Try once; returns the transport that stays. */
  attempt() {
    const { label } = this.ladder
    this.tried.push(label)
    if (!this.through.has(label)) {
      this.ladder.failed()
    } else if (label === 'poll') {
      if (this.ladder.answered()) return label
    } else {
      this.ladder.opened(label)
      return label
    }
    return null
  }

  settle() {
    this.tried = []
    for (let n = 0; n < 20; n++) {
      const label = this.attempt()
      if (label) return label
    }
    return null
  }
}

test('an open network is served by WebSocket at the first try', () => {
  const network = new Network(['ws', 'sse', 'poll'])
  assert.equal(network.settle(), 'ws')
  assert.deepEqual(network.tried, ['ws'])
})

test('a WebSocket that fails twice asks the poll why, and SSE is next', () => {
  const network = new Network(['sse', 'poll'])
  assert.equal(network.settle(), 'sse')
  assert.deepEqual(network.tried, ['ws', 'ws', 'poll', 'sse'])
})

test('an event stream that lets nothing through asks the poll why, which then stays', () => {
  const network = new Network(['poll'])
  assert.equal(network.settle(), 'poll')
  assert.deepEqual(network.tried, ['ws', 'ws', 'poll', 'sse', 'poll'])
  assert.equal(network.settle(), 'poll')
  assert.deepEqual(network.tried, ['poll'])
})

test('the poll that asks why does not wait, any other attempt does', () => {
  const ladder = new Ladder()
  assert.equal(ladder.failed(), false)
  assert.equal(ladder.failed(), true)
  assert.equal(ladder.failed(), false)
  ladder.failed()
  ladder.failed()
  ladder.answered()
  assert.equal(ladder.label, 'sse')
  assert.equal(ladder.failed(), true)
  ladder.answered()
  assert.equal(ladder.failed(), false)
})

test('a server that is away does not change the transport', () => {
  const network = new Network([])
  assert.equal(network.settle(), null)
  assert.deepEqual(network.tried.slice(0, 6), ['ws', 'ws', 'poll', 'ws', 'ws', 'poll'])
  network.through = new Set(['ws', 'sse', 'poll'])
  while (network.ladder.label === 'poll') network.ladder.failed()
  assert.equal(network.settle(), 'ws')
})

test('one lost connection does not change the transport', () => {
  const network = new Network(['ws', 'sse', 'poll'])
  for (let n = 0; n < 5; n++) {
    network.settle()
    network.ladder.failed()
    assert.equal(network.ladder.label, 'ws')
  }
})

test('a transport that has let frames through has one more try after a poll was answered', () => {
  const network = new Network(['ws', 'sse', 'poll'])
  network.settle()
  network.through.delete('ws')
  assert.equal(network.settle(), 'sse')
  assert.deepEqual(network.tried, ['ws', 'ws', 'poll', 'ws', 'poll', 'sse'])
  network.through.delete('sse')
  assert.equal(network.settle(), 'poll')
  assert.deepEqual(network.tried, ['sse', 'poll', 'sse', 'poll'])
})

test('a server that came up between a WebSocket and the poll keeps its readers', () => {
  const network = new Network(['ws', 'sse', 'poll'])
  network.settle()
  network.through = new Set(['poll'])
  for (let n = 0; n < 3; n++) network.attempt()
  network.through = new Set(['ws', 'sse', 'poll'])
  assert.equal(network.settle(), 'ws')
})

test('a refusal with a time to come back is no fault of the network', () => {
  const ladder = new Ladder()
  ladder.failed()
  ladder.failed()
  assert.equal(ladder.label, 'poll')
  ladder.refused()
  assert.equal(ladder.label, 'ws')
})

test('three seconds must do for the first frame, ten for a poll and for a last try', () => {
  const ladder = new Ladder()
  assert.equal(ladder.patience, 3_000)
  ladder.opened('ws')
  assert.equal(ladder.patience, 3_000)
  ladder.failed()
  ladder.failed()
  assert.equal(ladder.patience, 10_000)
  ladder.answered()
  assert.equal(ladder.label, 'ws')
  assert.equal(ladder.patience, 10_000)
  ladder.failed()
  ladder.answered()
  assert.equal(ladder.label, 'sse')
  assert.equal(ladder.patience, 3_000)
})

test('there is nothing above a WebSocket', () => {
  const ladder = new Ladder()
  ladder.woken()
  assert.equal(ladder.above(), null)
})

test('on SSE a WebSocket is tried every three minutes, and once when the page wakes', () => {
  const network = new Network(['sse', 'poll'])
  const { ladder } = network
  network.settle()
  assert.equal(ladder.above(), null)
  mock.timers.tick(3 * MINUTE)
  assert.equal(ladder.above(), 'ws')
  assert.equal(ladder.above(), null)
  ladder.woken()
  assert.equal(ladder.above(), 'ws')
  assert.equal(ladder.above(), null)
  ladder.opened('ws')
  network.through.add('ws')
  assert.equal(network.settle(), 'ws')
})

test('on poll both are tried in turn, and the one that lets something through is taken', () => {
  const network = new Network(['poll'])
  const { ladder } = network
  network.settle()
  const above = Array.from({ length: 4 }, () => {
    mock.timers.tick(3 * MINUTE)
    return ladder.above()
  })
  assert.deepEqual([...above].sort(), ['sse', 'sse', 'ws', 'ws'])
  assert.notEqual(above[0], above[1])
  ladder.opened('sse')
  assert.equal(ladder.label, 'sse')
})

test('a page that wakes tries the best first', () => {
  const network = new Network(['poll'])
  network.settle()
  for (let n = 0; n < 3; n++) {
    network.ladder.woken()
    assert.equal(network.ladder.above(), 'ws')
  }
})

test('in any network the ladder ends on the best transport that works', () => {
  const chance = random(11)
  const network = new Network([])
  for (let n = 0; n < 500; n++) {
    network.through = new Set(['ws', 'sse', 'poll'].filter(() => chance() < 0.5))
    for (let tries = 0; tries < chance() * 8; tries++) network.attempt()
    if (chance() < 0.2) network.ladder.refused()
    network.through.add('poll')
    network.settle()
    // From here on it holds still; two turns upward find whatever is better.
    for (let turn = 0; turn < 2; turn++) {
      mock.timers.tick(3 * MINUTE)
      const above = network.ladder.above()
      if (network.through.has(above)) network.ladder.opened(above)
    }
    const best = ['ws', 'sse', 'poll'].find((label) => network.through.has(label))
    assert.equal(network.settle(), best, network.tried.join(' '))
  }
})
