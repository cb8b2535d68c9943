import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cursor, HEARTBEAT, World } from './world.js'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** Every tab shows the log, and follows it. */
function expectLive(world, tabs = world.here) {
  for (const [n, { feeds }] of tabs.entries()) {
    for (const feed of feeds) {
      assert.deepEqual(feed.shown, world.server.logs[feed.stream], `tab ${n}, ${feed.stream}`)
      assert.match(feed.state, /^(live|polling)$/, `tab ${n}`)
    }
  }
}

/** The lines that the server has, and the tab of the only one. */
function leader(world) {
  assert.equal(world.server.open.length, 1)
  return world.server.open[0].tab
}

async function opened(world, count, streams = ['news']) {
  for (let n = 0; n < count; n++) {
    world.open(streams)
    await world.run(20)
  }
  await world.run(SECOND)
}

test('twenty tabs have one connection, and each is given each event once', async () => {
  const world = new World()
  await opened(world, 20)
  for (let n = 0; n < 5; n++) world.server.publish('news')
  await world.run(SECOND)
  expectLive(world)
  leader(world)
  for (const { feeds } of world.tabs) assert.deepEqual(feeds[0].taken, [1, 2, 3, 4, 5].map(cursor))
  // Nobody is behind: what is asked for changes with no tab.
  assert.equal(world.server.asked.length, 1)
})

test('tabs of different streams are asked for together, each from where it is', async () => {
  const world = new World()
  const first = world.open(['news'])
  await world.run(SECOND)
  world.server.publish('news')
  await world.run(SECOND)
  const second = world.open([])
  second.follow('news', false, 1)
  second.follow('town')
  await world.run(SECOND)
  assert.deepEqual(world.server.open[0].streams, [`news@${cursor(0)}`, `town@${cursor(0)}`])
  assert.deepEqual(first.feeds[0].taken, [cursor(1)])
  // What another tab asks for is no business of this one.
  assert.deepEqual(first.feeds[0].states, ['connecting', 'live'])
  expectLive(world)
})

for (const [how, leave, patience] of [
  ['is closed', (tab) => tab.close(), SECOND],
  ['crashes', (tab) => tab.crash(), SECOND],
  ['goes into the back-forward cache', (tab) => tab.cache(), SECOND],
  ['is blocked', (tab) => tab.block(), HEARTBEAT]
]) {
  test(`a leader that ${how} has a successor`, async () => {
    const world = new World()
    await opened(world, 3)
    await opened(world, 2, ['town'])
    const led = leader(world)
    leave(led)
    await world.run(patience)
    const others = world.here.filter((tab) => tab !== led)
    world.server.publish('news')
    world.server.publish('town')
    await world.run(100)
    expectLive(world, others)
    for (const { feeds } of others) assert.deepEqual(feeds[0].taken, [cursor(1)])
    if (how === 'is blocked') led.unblock()
    if (led.cached) led.restore()
    await world.run(5 * SECOND)
    expectLive(world)
    assert.notEqual(leader(world), led)
  })
}

test('a tab hidden for five minutes keeps nothing open, and catches up once when it is shown', async () => {
  const world = new World()
  const tab = world.open(['news'])
  await world.run(SECOND)
  tab.hide()
  await world.run(4 * MINUTE)
  world.server.publish('news')
  await world.run(SECOND)
  expectLive(world)
  await world.run(MINUTE)
  assert.equal(world.server.open.length, 0)
  for (let n = 0; n < 30; n++) world.server.publish('news')
  const asked = world.server.asked.length
  await world.run(10 * MINUTE)
  assert.equal(world.server.asked.length, asked)
  tab.hide(false)
  await world.run(SECOND)
  expectLive(world)
  assert.equal(world.server.asked.length, asked + 1)
})

test('a hidden leader relays, and hands over to a visible tab', async () => {
  const world = new World()
  await opened(world, 2)
  const led = leader(world)
  led.hide()
  await world.run(4 * MINUTE)
  assert.equal(leader(world), led)
  world.server.publish('news')
  await world.run(SECOND)
  expectLive(world)
  await world.run(MINUTE + SECOND)
  assert.notEqual(leader(world), led)
  world.server.publish('news')
  await world.run(SECOND)
  expectLive(world, world.here.filter((tab) => tab !== led))
  led.hide(false)
  await world.run(SECOND)
  expectLive(world)
})

test('while a tab is looked at, a hidden leader polls no less often', async () => {
  const world = new World()
  world.server.ways = { ws: 'cut', sse: 'cut', poll: 'open' }
  await opened(world, 2)
  await world.run(10 * SECOND)
  const led = world.server.asked.at(-1).tab
  led.hide()
  await world.run(20 * SECOND)
  world.server.publish('news')
  await world.run(4 * SECOND)
  expectLive(world)
  world.here.find((tab) => tab !== led).hide()
  await world.run(10 * SECOND)
  const asked = world.server.asked.length
  world.server.publish('news')
  await world.run(45 * SECOND)
  assert.ok(world.server.asked.length <= asked + 1)
  world.server.publish('news')
  world.here.find((tab) => tab !== led).hide(false)
  await world.run(SECOND)
  expectLive(world)
})

test('a feed that comes between two polls is asked for at the next', async () => {
  const world = new World()
  world.server.ways = { ws: 'cut', sse: 'cut', poll: 'open' }
  world.server.publish('news')
  await opened(world, 2)
  await world.run(10 * SECOND)
  for (const tab of world.tabs) tab.follow('news', false, 1)
  await world.run(5 * SECOND)
  expectLive(world)
})

test('a tab with a token, and one without locks, has a connection of its own', async () => {
  const world = new World()
  await opened(world, 2)
  const token = world.open(['news'], { token: 'secret' })
  const lonely = world.open(['news'], { lonely: true })
  await world.run(SECOND)
  assert.equal(world.server.open.length, 3)
  world.server.publish('news')
  await world.run(SECOND)
  expectLive(world)
  const offered = world.server.asked.filter(({ protocols }) => protocols.length > 1)
  assert.deepEqual(offered.map(({ tab }) => tab), [token])
  lonely.close()
  assert.equal(world.server.open.length, 2)
})

test('a tab whose streams are too many for all has a connection of its own', async () => {
  const world = new World()
  const names = (n) => Array.from({ length: 40 }, (_, k) => `s${n}-${k}`)
  for (const name of [...names(1), ...names(2)]) world.server.logs[name] = []
  world.open(names(1))
  await world.run(SECOND)
  world.open(names(2))
  world.open(names(1))
  await world.run(SECOND)
  assert.deepEqual(world.server.open.map(({ streams }) => streams.length), [40, 40])
  world.server.publish('s2-7')
  world.server.publish('s1-7')
  await world.run(SECOND)
  expectLive(world)
})

test('a tab that nothing satisfies has a connection of its own, and disturbs no other for long', async () => {
  for (const nth of [0, 1]) {
    const world = new World()
    await opened(world, 3)
    const tabs = [...world.tabs]
    const [odd] = tabs.splice(nth, 1)
    odd.feeds[0].take = () => true
    for (let n = 0; n < 9; n++) {
      world.server.publish('news')
      await world.run(30 * SECOND)
    }
    for (const { feeds: [feed] } of tabs) {
      assert.ok(feed.states.filter((state) => state === 'reconnecting').length < 6, `${feed.states}`)
      assert.equal(feed.states.at(-1), 'live')
      assert.deepEqual(feed.taken, [1, 2, 3, 4, 5, 6, 7, 8, 9].map(cursor))
    }
  }
})

test('offline is shown at once, and ends with an immediate attempt', async () => {
  const world = new World()
  await opened(world, 2)
  world.setOnline(false)
  await world.run(10)
  for (const { feeds } of world.tabs) assert.equal(feeds[0].state, 'offline')
  await world.run(30 * SECOND)
  assert.deepEqual(world.tabs[0].feeds[0].states, ['connecting', 'live', 'offline'])
  world.server.publish('news')
  world.setOnline(true)
  await world.run(200)
  expectLive(world)
  assert.deepEqual(world.tabs[0].feeds[0].states, ['connecting', 'live', 'offline', 'reconnecting', 'live'])
})

test('a page that starts offline shows it, and its transports do not count as failed', async () => {
  for (let seed = 1; seed < 9; seed++) {
    const world = new World(seed)
    world.online = false
    const tab = world.open(['news'])
    await world.run(2 * SECOND)
    assert.deepEqual(tab.feeds[0].states, ['connecting', 'offline'])
    await world.run(MINUTE)
    world.server.asked = []
    world.setOnline(true)
    await world.run(200)
    expectLive(world)
    assert.deepEqual(world.server.asked.map(({ kind }) => kind), ['ws'])
  }
})

test('a tab that was taken for gone says again what it wants', async () => {
  const world = new World()
  await opened(world, 2)
  const other = world.open(['town'])
  await world.run(SECOND)
  other.block()
  await world.run(4 * HEARTBEAT)
  world.server.cut()
  await world.run(SECOND)
  world.server.publish('town')
  other.unblock()
  await world.run(HEARTBEAT)
  expectLive(world)
})

test('online in the midst of the descent ends with the best transport at once', async () => {
  for (let at = 50; at < 8 * SECOND; at += 350) {
    const world = new World(at)
    world.server.ways = { ws: 'silent', sse: 'open', poll: 'open' }
    world.open(['news'])
    await world.run(at)
    world.server.ways.ws = 'open'
    world.setOnline(true)
    await world.run(8 * SECOND)
    expectLive(world)
    assert.deepEqual(world.server.open.map(({ kind }) => kind), ['ws'], `after ${at} ms`)
  }
})

test('the transport that worked is tried first in the next page, and a better one after a while', async () => {
  const world = new World()
  world.server.ways.ws = 'silent'
  const tab = world.open(['news'])
  await world.run(20 * SECOND)
  tab.close()
  world.server.asked = []
  const next = world.open(['news'])
  await world.run(SECOND)
  assert.deepEqual(world.server.asked.map(({ kind }) => kind), ['sse'])
  world.server.ways.ws = 'open'
  await world.run(4 * MINUTE)
  assert.equal(next.feeds[0].transport, 'ws')
})

test('where the transport that is remembered lets nothing through, the order begins at the top', async () => {
  const world = new World()
  world.server.ways.ws = 'cut'
  const tab = world.open(['news'])
  await world.run(5 * SECOND)
  assert.equal(tab.feeds[0].transport, 'sse')
  tab.close()
  world.server.ways = { ws: 'open', sse: 'cut', poll: 'open' }
  const next = world.open(['news'])
  await world.run(2 * SECOND)
  assert.equal(next.feeds[0].transport, 'ws')
})

test('a successor goes on with the transport that serves', async () => {
  const world = new World()
  world.server.ways.ws = 'silent'
  await opened(world, 2)
  await world.run(20 * SECOND)
  world.server.asked = []
  leader(world).close()
  await world.run(SECOND)
  expectLive(world)
  assert.deepEqual(world.server.asked.map(({ kind }) => kind), ['sse'])
})

test('1008 is tried once more, and then obeyed and said', async () => {
  const world = new World()
  await opened(world, 2)
  world.server.refusal = [1008, 'too many frames']
  world.server.asked = []
  for (const line of world.server.open) line.close(1008, 'too many frames')
  await world.run(10 * MINUTE)
  assert.equal(world.server.asked.length, 1)
  for (const { feeds } of world.tabs) assert.deepEqual([feeds[0].state, feeds[0].code], ['stopped', 1008])
})

test('1008 long after another is tried once more', async () => {
  const world = new World()
  await opened(world, 1)
  for (let n = 0; n < 4; n++) {
    for (const line of world.server.open) line.close(1008, '')
    await world.run(2 * MINUTE)
    expectLive(world)
  }
})

test('a stream that may not be read stops alone, in every tab that shows it', async () => {
  const world = new World()
  world.server.closed.add('town')
  const tabs = [world.open(['news']), world.open(['news', 'town']), world.open(['town'])]
  await world.run(5 * SECOND)
  world.server.publish('news')
  await world.run(SECOND)
  const said = tabs.map(({ feeds }) => feeds.map(({ state, code }) => code ?? state))
  assert.deepEqual(said, [['live'], ['live', 4403], [4403]])
  leader(world)
  const asked = world.server.asked.length
  await world.run(5 * MINUTE)
  assert.equal(world.server.asked.length, asked)
})

test('a tab that comes while a stream is being refused is told so as well', async () => {
  for (let after = 55; after < 90; after += 5) {
    const world = new World()
    world.server.closed.add('town')
    world.open(['news'])
    await world.run(SECOND)
    const tabs = [world.open(['news', 'town'])]
    await world.run(after)
    tabs.push(world.open(['news', 'town']))
    await world.run(MINUTE)
    const said = tabs.map(({ feeds }) => feeds.map(({ state, code }) => code ?? state))
    assert.deepEqual(said, [['live', 4403], ['live', 4403]], `after ${after} ms`)
  }
})

test('a page whose stream has no possible name stops alone', async () => {
  const world = new World()
  world.server.logs['Town!'] = []
  await opened(world, 2)
  world.open(['Town!', 'news'])
  await world.run(SECOND)
  world.server.publish('news')
  await world.run(SECOND)
  expectLive(world, world.tabs.slice(0, 2))
  for (const { code } of world.tabs[2].feeds) assert.equal(code, 4400)
})

test('an event in the moment in which a tab joins disturbs no other', async () => {
  for (const moment of [1, 10, 30, 49, 60]) {
    const world = new World()
    await opened(world, 2)
    world.open(['news'])
    await world.run(moment)
    world.server.publish('news')
    await world.run(SECOND)
    expectLive(world)
    for (const { feeds } of world.tabs) assert.deepEqual(feeds[0].states, ['connecting', 'live'])
    for (const { feeds } of world.tabs) assert.deepEqual(feeds[0].taken, [cursor(1)])
  }
})

test('a refusal of everything stops all tabs, and a page opened later asks again', async () => {
  const world = new World()
  await opened(world, 3)
  world.server.refusal = [4409, 'another version']
  for (const line of world.server.open) line.close(4409, 'another version')
  await world.run(MINUTE)
  for (const { feeds } of world.tabs) assert.equal(feeds[0].state, 'stopped')
  world.server.refusal = null
  const later = world.open(['news'])
  await world.run(SECOND)
  expectLive(world, [later])
})

test('a tab that joins hours later gets the present time', async () => {
  const world = new World()
  await opened(world, 1)
  await world.run(3 * 60 * MINUTE)
  const late = []
  world.channels.add({
    name: 'stoppress 1 https://paper.example/live/ws',
    onmessage: ({ data: { frames = [] } }) => {
      for (const { type, time } of frames) if (type === 'hello') late.push(world.now - Date.parse(time))
    }
  })
  world.open(['news'])
  await world.run(SECOND)
  assert.equal(late.length, 1)
  assert.ok(late[0] <= HEARTBEAT + SECOND, `${late[0]} ms`)
})

test('a clock that is set back lengthens no wait', async () => {
  const world = new World()
  await opened(world, 2)
  world.server.ways = { ws: 'cut', sse: 'cut', poll: 'cut' }
  world.server.cut()
  await world.run(30 * SECOND)
  world.ahead = -60 * MINUTE
  world.server.ways = { ws: 'open', sse: 'open', poll: 'open' }
  await world.run(MINUTE)
  expectLive(world)
  for (const line of world.server.lines) line.dead = true
  world.ahead -= 60 * MINUTE
  world.server.publish('news')
  await world.run(MINUTE)
  expectLive(world)
})

test('a foreign value stored in place of the transport is no error', async () => {
  for (const text of ['', 'nonsense', 'null', '{}', '7', '[9]', '"sse"']) {
    const world = new World()
    world.storage['stoppress /live/ws'] = text
    await opened(world, 2)
    expectLive(world)
  }
})

test('a successor waits as long as the server has named', async () => {
  const world = new World()
  await opened(world, 3)
  const led = leader(world)
  world.server.asked = []
  world.server.open[0].close(4429, 'retry in 60 s')
  await world.run(SECOND)
  led.close()
  await world.run(58 * SECOND)
  assert.equal(world.server.asked.length, 0)
  await world.run(5 * SECOND)
  expectLive(world)
})

test('a heartbeat is answered once for all tabs, when all have it', async () => {
  const world = new World()
  await opened(world, 3)
  const [line] = world.server.open
  const other = world.here.find((tab) => tab !== line.tab)
  world.server.publish('news')
  await world.run(HEARTBEAT)
  assert.deepEqual(line.said.map(({ cursors }) => cursors), [{ news: cursor(1) }])
  assert.ok(line.said[0].delay_ms >= 1)
  other.block()
  await world.run(HEARTBEAT)
  assert.equal(line.said.length, 1)
  other.unblock()
  await world.run(HEARTBEAT)
  assert.equal(line.said.length, 3)
  other.close()
  await world.run(HEARTBEAT)
  assert.equal(line.said.length, 4)
  // Nobody knows that a tab has crashed, for a while.
  world.here.find((tab) => tab !== line.tab).crash()
  await world.run(5 * HEARTBEAT)
  assert.ok(line.said.length > 4)
})

test('an event that never came is noticed by the heartbeat, and asked for once', async () => {
  const world = new World()
  await opened(world, 5)
  const [line] = world.server.open
  world.server.logs.news.push('news 1')
  line.position.news = 1
  await world.run(HEARTBEAT + SECOND)
  expectLive(world)
  assert.equal(world.server.asked.length, 2)
})

test('a tab that is behind is caught up by one new connection, however much is told meanwhile', async () => {
  const world = new World()
  await opened(world, 3)
  for (let n = 0; n < 9; n++) {
    world.server.publish('news')
    if (n === 4) world.open([]).follow('news', false, 3)
    await world.run(15)
  }
  await world.run(SECOND)
  expectLive(world)
  assert.equal(world.server.asked.length, 2)
})

const STEPS = Number(process.env.STOPPRESS_STEPS ?? 60)
/** The seed of the first world. */
const FIRST = Number(process.env.STOPPRESS_SEED ?? 1)
const WORLDS = Number(process.env.STOPPRESS_WORLDS ?? 25)

/** What may happen, each to a world and a tab of it. */
const DEEDS = {
  publish: ({ server, chance }) => server.publish(['news', 'town', 'sport'][Math.floor(chance() * 3)]),
  open: (world) => {
    if (world.here.length > 7) return
    const streams = ['news', 'town', 'sport'].filter(() => world.chance() < 0.6)
    const tab = world.open([], { hidden: world.chance() < 0.2, lonely: world.chance() < 0.05 })
    for (const stream of streams) tab.follow(stream, world.chance() < 0.2, Math.floor(world.chance() * 4))
  },
  close: (world, tab) => world.here.length > 1 && tab.close(),
  crash: (world, tab) => world.here.length > 1 && tab.crash(),
  block: (_, tab) => tab.block(),
  unblock: (_, tab) => !tab.cached && tab.unblock(),
  cache: (_, tab) => !tab.blocked && tab.cache(),
  restore: (_, tab) => tab.cached && tab.restore(),
  hide: (_, tab) => !tab.cached && tab.hide(true),
  show: (_, tab) => !tab.cached && tab.hide(false),
  follow: (world, tab) => !tab.blocked && tab.follow('sport', world.chance() < 0.3, 2),
  unfollow: (_, tab) => !tab.blocked && tab.feeds[1] && tab.unfollow(tab.feeds[1]),
  offline: (world) => world.setOnline(false),
  online: (world) => world.setOnline(true),
  cut: ({ server }) => server.cut(),
  dead: ({ server }) => { for (const line of server.lines) line.dead = true },
  network: ({ server, chance }) => {
    const way = () => ['open', 'open', 'cut', 'silent'][Math.floor(chance() * 4)]
    server.ways = { ws: way(), sse: way(), poll: way() }
  },
  leave: ({ server }) => { for (const line of server.open) line.close(1012, 'come back within 5 s') },
  refuse: ({ server, chance }) => {
    server.refusal = [null, [4429, 'retry in 3 s'], [4503, ''], [4008, '']][Math.floor(chance() * 4)]
  }
}

test(`after any events of tabs, network and server every tab shows the log in the end`, async () => {
  for (let seed = FIRST; seed < FIRST + WORLDS; seed++) {
    const world = new World(seed)
    const { chance, server } = world
    const done = []
    try {
      server.wild = true
      world.open(['news', 'town'])
      for (let step = 0; step < STEPS; step++) {
        const names = Object.keys(DEEDS)
        const name = chance() < 0.4 ? 'publish' : names[Math.floor(chance() * names.length)]
        const tab = world.here[Math.floor(chance() * world.here.length)]
        done.push(`${name} ${world.tabs.indexOf(tab)}`)
        DEEDS[name](world, tab)
        await world.run([1, 30, 700, 9000, 40_000, 320_000][Math.floor(chance() ** 2 * 6)])
      }
      // The world heals.
      server.wild = false
      server.refusal = null
      server.ways = { ws: 'open', sse: 'open', poll: 'open' }
      world.setOnline(true)
      for (const tab of world.here) {
        if (tab.cached) tab.restore()
        tab.unblock()
        tab.hide(false)
      }
      await world.run(4 * MINUTE)
      for (const stream of Object.keys(server.logs)) server.publish(stream)
      await world.run(2 * SECOND)
      expectLive(world)
      const own = world.here.filter(({ lonely, feeds }) => lonely && feeds.length).length
      const shared = world.here.some(({ lonely, feeds }) => !lonely && feeds.length) ? 1 : 0
      assert.equal(server.open.length, own + shared)
      assert.ok(server.open.every(({ kind }) => kind === 'ws'))
    } catch (error) {
      error.message = `seed ${seed}: ${error.message}\n${done.join(', ')}`
      throw error
    }
  }
})
