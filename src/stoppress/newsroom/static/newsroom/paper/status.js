import { phrase } from './phrase.js'

const COVERAGE = 'live-feed[stream^="coverage:"]'

/**
 * The row that says how the page is: live and since when, without a connection, or paused. Of a
 * story whose coverage is paused or closed it says since when, and not that it is live.
 *
 * It is no live region: a screen reader hears the feed's own `[data-connection]`.
 */
class Status {
  #row
  #line
  #feed

  /** When the news changed last, in ms since 1970; 0: not known. */
  #changed

  /** Since when the feed is in its state. */
  #since = Date.now()

  /** @param {Element} row @param {Element} line @param {Element} feed */
  constructor(row, line, feed) {
    this.#row = row
    this.#line = line
    this.#feed = feed
    this.#changed = newest(feed)
    new MutationObserver(() => {
      this.#since = Date.now()
      this.#write()
    }).observe(feed, { attributeFilter: ['data-state'] })
    feed.addEventListener('stoppress:event', (event) => {
      const { time, type } = /** @type {CustomEvent} */ (event).detail
      if (event.target !== feed || type === 'range') return
      this.#changed = Math.max(this.#changed, Date.parse(time ?? '') || newest(feed))
      this.#write()
    })
    document.querySelector(COVERAGE)?.addEventListener('stoppress:event', () => this.#write())
    new IntersectionObserver((entries) => {
      row.toggleAttribute('data-in-view', entries.some(({ isIntersecting }) => isIntersecting))
    }).observe(row)
    this.#write()
  }

  #write() {
    const state = this.#feed.getAttribute('data-state') ?? 'connecting'
    const isServed = /^(live|polling)$/.test(state)
    const rest = isServed && rests()
    const name = rest ? rest.state : isServed && !this.#changed ? 'live-quiet' : state
    const sentence = this.#line.getAttribute(`data-${name}`) ?? ''
    this.#row.setAttribute('data-state', rest ? rest.state : state)
    phrase(this.#line, sentence, rest ? rest.since : isServed ? this.#changed : this.#since)
  }
}

/** Whether a story's coverage is paused or closed, and since when; null: neither. */
function rests() {
  const coverage = document.querySelector(`${COVERAGE} [data-coverage]:not([data-coverage="open"])`)
  const since = Date.parse(coverage?.querySelector('time')?.dateTime ?? '')
  return coverage && since ? { state: `coverage-${coverage.getAttribute('data-coverage')}`, since } : null
}

/** The latest of the times that a feed's items tell. @param {Element} feed */
function newest(feed) {
  const times = [...feed.querySelectorAll('[data-key] time[data-time]')].filter((time) => (
    time.closest('live-feed') === feed
  ))
  return Math.max(0, ...times.map((time) => Date.parse(time.getAttribute('datetime') ?? '') || 0))
}

for (const row of document.querySelectorAll('[data-status]')) {
  const line = row.querySelector('[data-status-line]')
  const stream = row.getAttribute('data-status') ?? ''
  const feed = document.querySelector(`live-feed[stream="${CSS.escape(stream)}"]`)
  if (line && feed) new Status(row, line, feed)
}
