import { Leader } from './leader.js'

/** @typedef {import('./connection.js').Condition} Condition */
/** @typedef {import('./leader.js').Told} Told */
/** @typedef {import('./leader.js').Wants} Wants */
/** @typedef {import('./leader.js').Word} Word */
/** @typedef {import('./rule.js').Frame} Frame */

/**
 * The page that a line serves. `receive` returns true to ask again.
 * @typedef {{
 *   wants(): Wants, receive(frame: Frame, label?: string): boolean,
 *   changed(condition: Condition, code?: number): void, stopped(streams: string[], code?: number): void
 * }} Page
 */

/** The version of the tabs' messages. A tab with another version has its own connection. */
const PROTOCOL = 1

/** A tab that was hidden for this long closes its connection, in milliseconds. */
const UNSEEN = 300_000

/** How long a leader that has sent nothing yet may be silent, in milliseconds. */
const STRANGE = 1_500

/** The longest heartbeat, in seconds, by which a silent leader is noticed. */
const LONG = 25

/**
 * Connect a page with the server: by a connection that all tabs of a reader share, if that is
 * possible, else by its own.
 *
 * The tab that holds a lock leads. A leader that leaves releases the lock, and the next tab in the
 * lock's queue leads. If a leader is silent, because it is blocked or frozen, its lock is stolen.
 */
export class Line {
  #address
  #page
  #name = Math.random().toString(36).slice(2)
  #token = ''

  /** @type {Leader | null} of this tab */
  #leader = null

  /** @type {BroadcastChannel | null} */
  #channel = null
  #leaving = new AbortController()

  /** The page cannot share a connection. */
  #unshared = false

  /** The page was hidden for long, or is in the back-forward cache. */
  #suspended = false

  /** The page connects again once it is visible. */
  #reconnects = false

  /** The tab that leads, and the number of its connection. */
  #leaderName = ''
  #turn = 0

  /** The leader serves the page: frames from here on continue its cursors. */
  #served = false

  /** The time before which the server wants no reconnection. */
  #until = 0

  /** The leader was asked whether it is there. */
  #leaderAsked = false
  #patience = STRANGE

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #hiddenTimer

  /** @param {string} address @param {Page} page */
  constructor(address, page) {
    this.#address = address
    this.#page = page
    addEventListener('pagehide', () => this.#suspend())
    addEventListener('pageshow', () => this.#wake())
    document.addEventListener('visibilitychange', () => this.#visibilityChanged())
    this.#visibilityChanged()
  }

  /** A bearer token, which identifies the reader: with one, the page has its own connection. */
  get token() {
    return this.#token
  }

  set token(token) {
    if (token === this.#token) return
    this.#token = token
    this.#leave()
  }

  /** Ask for the page's streams. @param {boolean} [again] a frame did not continue its events */
  ask(again) {
    if (this.#suspended) {
      this.#reconnects = true
      return
    }
    const wants = this.#page.wants()
    this.#served = false
    if (this.#open) this.#send({ wants, again, turn: this.#turn })
    else if (Object.keys(wants).length) this.#connect()
  }

  /** Answer a heartbeat. @param {number} delay milliseconds @param {string} [time] */
  answer(delay, time) {
    this.#send({ delay, time })
  }

  get #open() {
    return !!(this.#leader || this.#channel)
  }

  #connect() {
    if (this.#token || this.#unshared) return this.#lead()
    try {
      this.#channel = new BroadcastChannel(this.#lockName)
    } catch {
      return this.#goAlone()
    }
    this.#channel.onmessage = ({ data }) => this.#receive(data)
    this.#waitForLock()
    this.ask()
    this.#watchLeader()
  }

  /** The name of lock and channel. */
  get #lockName() {
    return `stoppress ${PROTOCOL} ${new URL(this.#address, document.baseURI)}`
  }

  /** Wait for the lock, and lead as long as it is held. @param {boolean} [steal] */
  async #waitForLock(steal) {
    this.#leaving.abort()
    const { signal } = this.#leaving = new AbortController()
    try {
      await navigator.locks.request(this.#lockName, steal ? { steal } : { signal }, () => (
        signal.aborted || new Promise((done) => {
          signal.onabort = done
          this.#lead()
        })
      ))
    } catch (error) {
      if (signal.aborted) return
      // Another tab has stolen the lock, or the browser has no locks.
      this.#unshared = /** @type {Error} */ (error).name !== 'AbortError'
      this.#leave()
      this.ask()
    }
  }

  /** Use an own connection from now on. */
  #goAlone() {
    this.#unshared = true
    this.#leave()
    this.ask()
  }

  #lead() {
    clearTimeout(this.#timer)
    this.#leader = new Leader(this.#name, (told) => {
      this.#channel?.postMessage(told)
      this.#obey(told)
    }, this.#address, this.#token, this.#until, !!this.#leaderName)
    this.#channel?.postMessage({ leader: this.#name, turn: 0, tabs: [] })
    this.ask()
  }

  /** @param {Partial<Word>} word */
  #send(word) {
    const said = { tab: this.#name, hidden: document.hidden, ...word }
    if (this.#leader) this.#leader.hear(said)
    else this.#channel?.postMessage(said)
  }

  /** @param {Word | Told} heard */
  #receive(heard) {
    if ('tab' in heard) this.#leader?.hear(heard)
    else if (!this.#leader) this.#obey(heard)
  }

  /** @param {Told} told */
  #obey({ leader, turn, tabs, frames = [], label, condition, code, until, stop, alone, lost }) {
    if (alone === this.#name) return this.#goAlone()
    const news = leader !== this.#leaderName
    if (news && !tabs) return
    this.#leaderName = leader
    this.#turn = turn
    this.#leaderAsked = false
    this.#until = until ?? this.#until
    const { heartbeat } = frames[0] ?? {}
    if (heartbeat || this.#patience === STRANGE) this.#patience = Math.min(heartbeat ?? LONG, LONG) * 333
    this.#watchLeader()
    const joins = !this.#served && tabs?.includes(this.#name)
    if (news && !joins || lost === this.#name) return this.ask()
    if (tabs && !joins) return
    this.#served ||= !!joins
    if (!this.#served) return
    if (condition && !(tabs && frames.length)) this.#page.changed(condition, code)
    if (condition === 'stopped') return this.#leave()
    if (stop) this.#page.stopped(stop, code)
    for (const frame of frames) if (this.#page.receive(frame, label)) return this.ask(true)
  }

  /**
   * Watch the leader: ask it if it is silent, and steal its lock if it does not answer.
   * @param {number} [patience]
   */
  #watchLeader(patience = this.#patience) {
    clearTimeout(this.#timer)
    if (this.#leader || !this.#channel) return
    this.#timer = setTimeout(() => {
      if (this.#leaderAsked) this.#waitForLock(true)
      else this.#askLeader()
    }, patience * (0.8 + 0.4 * Math.random()))
  }

  /** Ask the leader for a message. @param {boolean} [shown] */
  #askLeader(shown) {
    this.#leaderAsked = true
    if (this.#served) this.#send({ shown })
    else this.ask()
    this.#watchLeader(shown ? STRANGE : undefined)
  }

  #visibilityChanged() {
    clearTimeout(this.#hiddenTimer)
    if (document.hidden) this.#hiddenTimer = setTimeout(() => this.#suspend(), UNSEEN)
    else this.#wake()
  }

  #suspend() {
    this.#suspended = true
    this.#reconnects ||= this.#open
    this.#leave()
  }

  #wake() {
    if (this.#reconnects) {
      this.#suspended = this.#reconnects = false
      this.#page.changed('connecting')
      this.ask()
    } else if (this.#open) this.#askLeader(true)
    this.#suspended = false
  }

  /** Close everything, so that another tab can lead. */
  #leave() {
    clearTimeout(this.#timer)
    if (this.#leader) this.#leader.close()
    else this.#send({ gone: true })
    this.#leader = null
    this.#leaving.abort()
    this.#channel?.close()
    this.#channel = null
    this.#leaderName = ''
    this.#served = false
  }
}
