/**
 * Browser tabs, a network and a server in simulated time: what the client's connection runs in.
 *
 * Each tab runs the client's own code in a context of its own. Everything that reaches a tab (a
 * timer, a message, a lock) is a task of the world's clock, and waits while the tab is blocked.
 */

import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import { build } from 'esbuild'
import { random } from './random.js'

const CLIENT = new URL('../../src/stoppress/live/static/stoppress/live/', import.meta.url)

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('subscriptions.js', CLIENT))],
  write: false, bundle: true, format: 'iife', globalName: 'client', target: 'es2022'
})
const CODE = new vm.Script(outputFiles[0].text)

export const HEARTBEAT = 25_000

export const cursor = (position) => `${position}-${position.toString(16).padStart(16, '0')}`

export class World {
  now = Date.UTC(2026, 10, 30)
  tabs = []
  locks = {}
  channels = new Set()
  online = true
  storage = {}

  /** How far the reader's clock is ahead of the time that goes by. */
  ahead = 0

  /** @param {number} seed */
  constructor(seed = 1) {
    this.chance = random(seed)
    this.server = new Server(this)
  }

  #tasks = []
  #number = 0

  /** Do something later, in a tab or, without one, in the network. Returns the task's number. */
  after(delay, tab, work, number = ++this.#number) {
    const task = { at: this.now + Math.max(delay, 0), number, tab, work }
    let place = this.#tasks.length
    while (place && this.#tasks[place - 1].at > task.at) place--
    this.#tasks.splice(place, 0, task)
    return task.number
  }

  cancel(number) {
    this.#tasks = this.#tasks.filter((task) => task.number !== number)
    for (const tab of this.tabs) tab.waiting = tab.waiting.filter((task) => task.number !== number)
  }

  /** Let time go by. */
  async run(milliseconds) {
    const end = this.now + milliseconds
    await new Promise(setImmediate)
    while (this.#tasks[0]?.at <= end) {
      const task = this.#tasks.shift()
      this.now = task.at
      if (task.tab?.gone) continue
      if (task.tab?.blocked) {
        task.tab.waiting.push(task)
        continue
      }
      task.work()
      await new Promise(setImmediate)
    }
    this.now = end
  }

  open(streams, options) {
    const tab = new Tab(this, streams, options)
    this.tabs.push(tab)
    return tab
  }

  /** The tabs that are there. */
  get here() {
    return this.tabs.filter((tab) => !tab.gone)
  }

  setOnline(online) {
    this.online = online
    for (const tab of this.here) tab.fire(online ? 'online' : 'offline')
    if (!online) this.server.cut()
  }
}

/** What a tab shows of a stream: the numbers of the events, as the client gives them out. */
class Feed {
  state = ''
  states = []
  code = undefined
  transport = undefined
  taken = []

  constructor(stream, cursor, shown) {
    Object.assign(this, { stream, cursor, shown })
  }

  take(frame) {
    this.taken.push(frame.cursor)
    if (frame.type === 'snapshot') {
      this.shown = [...frame.items]
    } else {
      if (frame.after !== this.cursor) throw new Error(`${frame.after} after ${this.cursor}`)
      this.shown.push(frame.item)
    }
    this.cursor = frame.cursor
    return false
  }

  offer() {}

  show(state, code, transport) {
    if (state !== this.state) this.states.push(state)
    Object.assign(this, { state, code, transport: transport ?? this.transport })
  }
}

export class Tab {
  gone = false
  blocked = false
  waiting = []
  errors = []

  /** @param {World} world @param {string[]} streams @param {{token?: string, hidden?: boolean, fresh?: boolean, lonely?: boolean}} [options] */
  constructor(world, streams, { token, hidden = false, fresh = false, lonely = false } = {}) {
    this.world = world
    this.lonely = lonely || !!token
    this.window = new EventTarget()
    this.document = Object.assign(new EventTarget(), { hidden, baseURI: 'https://paper.example/' })
    this.context = vm.createContext(this.#globals(lonely))
    CODE.runInContext(this.context)
    this.subscriptions = new this.context.client.Subscriptions('/live/ws')
    this.feeds = []
    for (const stream of streams) this.follow(stream, fresh)
    if (token) this.subscriptions.authorize(token)
  }

  #globals(lonely) {
    const tab = this
    const { world } = this
    const later = (delay, work) => world.after(delay, tab, work)
    return {
      AbortController, URL, Headers, queueMicrotask, EventTarget, Event,
      console: { warn() {} },
      performance: { now: () => world.now },
      Date: class extends Date { static now() { return world.now + world.ahead } },
      Math: Object.assign(Object.create(Math), { random: world.chance }),
      addEventListener: this.window.addEventListener.bind(this.window),
      document: this.document,
      navigator: {
        get onLine() { return world.online },
        locks: lonely ? undefined : { request: (...asked) => lock(world, tab, ...asked) }
      },
      localStorage: world.storage,
      // A hidden tab's timers ring once a second.
      setTimeout: (work, delay) => later(tab.document.hidden ? Math.ceil(delay / 1000) * 1000 : delay, work),
      clearTimeout: (number) => number && world.cancel(number),
      BroadcastChannel: class {
        constructor(name) {
          Object.assign(this, { name, tab })
          world.channels.add(this)
        }

        postMessage(data) {
          const copy = structuredClone(data)
          for (const other of world.channels) {
            if (other === this || other.name !== this.name) continue
            world.after(1, other.tab, () => world.channels.has(other) && other.onmessage?.({ data: copy }))
          }
        }

        close() {
          world.channels.delete(this)
        }
      },
      WebSocket: class {
        constructor(url, protocols) {
          this.line = world.server.connect('ws', url, tab, {
            frame: (frame) => this.onmessage?.({ data: text(frame) }),
            close: (code, reason) => this.onclose?.({ code, reason })
          }, protocols)
        }

        send(said) { this.line.said.push(JSON.parse(said)) }
        close(code) { this.line.leave(code) }
      },
      EventSource: class extends EventTarget {
        constructor(url) {
          super()
          this.line = world.server.connect('sse', url, tab, {
            frame: (frame) => this.dispatchEvent(
              Object.assign(new Event(frame.type ?? 'event'), { data: text(frame) })),
            close: () => this.onerror?.()
          })
        }

        close() { this.line.leave() }
      },
      fetch: (url, { signal }) => new Promise((resolve, reject) => {
        const line = world.server.connect('poll', url, tab, {
          answer: resolve, close: () => reject(new Error('failed to fetch'))
        })
        signal.addEventListener('abort', () => line.leave())
      })
    }
  }

  /** Show a stream, from where it is now or, with fresh, from a snapshot. */
  follow(stream, fresh = false, behind = 0) {
    const log = this.world.server.logs[stream] ?? []
    const at = Math.max(log.length - behind, 0)
    const feed = new Feed(stream, fresh ? null : cursor(at), fresh ? [] : log.slice(0, at))
    this.feeds.push(feed)
    this.subscriptions.join(feed)
    return feed
  }

  unfollow(feed) {
    this.feeds = this.feeds.filter((other) => other !== feed)
    this.subscriptions.leave(feed)
  }

  fire(type, target = this.window) {
    this.world.after(0, this, () => target.dispatchEvent(new Event(type)))
  }

  hide(hidden = true) {
    this.document.hidden = hidden
    this.fire('visibilitychange', this.document)
  }

  block() {
    this.blocked = true
  }

  unblock() {
    this.blocked = false
    for (const task of this.waiting.splice(0)) this.world.after(0, this, task.work, task.number)
  }

  /** Go into the back-forward cache, and come out of it. */
  cache() {
    this.window.dispatchEvent(new Event('pagehide'))
    this.blocked = this.cached = true
  }

  restore() {
    this.cached = false
    this.unblock()
    this.fire('pageshow')
  }

  close() {
    this.window.dispatchEvent(new Event('pagehide'))
    this.crash()
  }

  crash() {
    this.gone = true
    for (const channel of this.world.channels) if (channel.tab === this) this.world.channels.delete(channel)
    for (const place of Object.values(this.world.locks)) {
      place.queue = place.queue.filter(({ tab }) => tab !== this)
      if (place.held?.tab === this) release(this.world, place, place.held)
    }
    for (const line of [...this.world.server.lines]) if (line.tab === this) line.leave()
  }
}

function text(frame) {
  return typeof frame === 'string' ? frame : JSON.stringify(frame)
}

/** `navigator.locks.request`. */
function lock(world, tab, name, { signal, steal }, work) {
  const place = world.locks[name] ??= { held: null, queue: [] }
  return new Promise((resolve, reject) => {
    const request = { tab, work, resolve, reject }
    signal?.addEventListener('abort', () => {
      if (!place.queue.includes(request)) return
      place.queue = place.queue.filter((other) => other !== request)
      reject(new DOMException('aborted', 'AbortError'))
    })
    if (steal && place.held) {
      const { held } = place
      place.held = null
      world.after(0, held.tab, () => held.reject(new DOMException('stolen', 'AbortError')))
    }
    if (steal) place.queue.unshift(request)
    else place.queue.push(request)
    grant(world, place)
  })
}

function grant(world, place) {
  if (place.held) return
  const request = place.held = place.queue.shift() ?? null
  if (!request) return
  world.after(1, request.tab, async () => {
    // Stolen, or gone, before its callback was run.
    if (place.held !== request) return
    request.resolve(await request.work())
    release(world, place, request)
  })
}

function release(world, place, request) {
  if (place.held !== request) return
  place.held = null
  grant(world, place)
}

/** A server with a log of each stream, and the network before it. */
export class Server {
  logs = { news: [], town: [], sport: [] }

  /** Those that may not be read. */
  closed = new Set()

  /** What the network does to a transport: `open`, `cut` or `silent`. */
  ways = { ws: 'open', sse: 'open', poll: 'open' }
  lines = new Set()
  asked = []

  /** Closes what connects with a code and a reason, where it is set. */
  refusal = null
  retryAfter = '2'

  constructor(world) {
    this.world = world
    const beat = () => {
      for (const line of this.lines) line.beat()
      world.after(HEARTBEAT, null, beat)
    }
    world.after(HEARTBEAT, null, beat)
  }

  /** The connections that are open. */
  get open() {
    return [...this.lines].filter(({ kind, position }) => kind !== 'poll' && position)
  }

  publish(stream) {
    const log = this.logs[stream]
    log.push(`${stream} ${log.length + 1}`)
    for (const line of this.lines) line.follow()
  }

  cut() {
    for (const line of [...this.lines]) line.close(1006, '')
  }

  connect(kind, url, tab, ear, protocols) {
    const { searchParams } = new URL(url)
    const line = new Line(this, kind, tab, ear, searchParams.getAll('stream'))
    this.asked.push({ kind, at: this.world.now, streams: line.streams, tab, protocols })
    this.world.after(5 + 20 * this.world.chance(), null, () => line.enter())
    return line
  }
}

class Line {
  position = null
  said = []

  constructor(server, kind, tab, ear, streams) {
    Object.assign(this, { server, kind, tab, ear, streams })
    this.at = server.world.now
    server.lines.add(this)
  }

  #arrives = 0

  /** Tell the tab, in order. */
  #tell(work) {
    const { world } = this.server
    this.#arrives = Math.max(this.#arrives, world.now + 1 + 10 * world.chance())
    world.after(this.#arrives - world.now, this.tab, () => !this.left && work(this.ear))
  }

  say(frame) {
    if (this.kind === 'poll') this.frames.push(frame)
    else this.#tell((ear) => ear.frame(frame))
  }

  close(code, reason = '') {
    this.server.lines.delete(this)
    this.position = null
    this.#tell((ear) => ear.close(code, reason))
  }

  leave(code) {
    this.code = code
    this.left = true
    this.server.lines.delete(this)
  }

  enter() {
    if (this.left) return
    const { server, kind } = this
    const way = server.world.online ? server.ways[kind] : 'cut'
    if (way === 'silent') return
    if (way === 'cut') return this.close(1006)
    const names = this.streams.map((asked) => asked.split('@')[0])
    const closed = names.find((name) => server.closed.has(name))
    if (server.refusal) return this.#refuse(...server.refusal)
    if (!names.every((name) => /^[a-z0-9][a-z0-9:_-]{0,63}$/.test(name))) {
      return this.#refuse(4400, 'a stream name has a-z 0-9 : _ - and at most 64 characters')
    }
    if (closed) return this.#refuse(4403, `not allowed: ${closed}`)
    this.position = {}
    this.frames = []
    if (kind !== 'poll') this.say({ type: 'hello', protocol: 'stoppress.v1', heartbeat: HEARTBEAT / 1000, time: this.time })
    for (const asked of this.streams) {
      const [stream, place] = asked.split('@')
      const log = server.logs[stream]
      this.position[stream] = place ? Number(place.split('-')[0]) : log.length
      if (!place) {
        this.say({ type: 'snapshot', reason: 'start', stream, cursor: cursor(log.length), items: [...log] })
      }
    }
    this.follow()
    for (const [stream, at] of Object.entries(this.position)) {
      this.say({ type: 'live', stream, cursor: cursor(at) })
    }
    if (kind !== 'poll') return
    const told = { frames: this.frames, cursors: this.cursors, next: 2 }
    this.#answer({ ok: true, status: 200, headers: new Headers(), json: async () => told })
  }

  #refuse(code, reason) {
    const { retryAfter } = this.server
    if (this.kind === 'ws') this.close(code, reason)
    else if (this.kind === 'sse') this.close(1006)
    else if (code < 4400) this.close(1006)
    else this.#answer({ ok: false, status: code - 4000, text: async () => reason, headers: new Headers({ 'Retry-After': retryAfter }) })
  }

  #answer(answer) {
    this.server.lines.delete(this)
    this.#tell((ear) => ear.answer(answer))
  }

  get time() {
    return new Date(this.server.world.now).toISOString()
  }

  get cursors() {
    return Object.fromEntries(Object.entries(this.position).map(([name, at]) => [name, cursor(at)]))
  }

  /** Send what is new, unless the line is dead without anybody's knowing. */
  follow() {
    if (!this.position || this.dead) return
    for (const stream of Object.keys(this.position)) {
      const log = this.server.logs[stream]
      while (this.position[stream] < log.length) {
        const at = this.position[stream]++
        const frame = {
          type: 'event', op: 'put', stream, after: cursor(at), cursor: cursor(at + 1), item: log[at],
          time: this.time
        }
        const luck = this.server.world.chance()
        if (this.server.wild && luck < 0.05) continue
        if (this.server.wild && luck < 0.1) this.say(frame)
        if (this.server.wild && luck > 0.97) this.say(this.kind === 'poll' ? null : 'no frame')
        this.say(frame)
      }
    }
  }

  beat() {
    if (!this.position || this.dead) return
    this.say({ type: 'heartbeat', time: this.time, cursors: this.cursors })
  }
}
