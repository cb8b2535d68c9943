import { heed, recall, remember } from './memory.js'
import { isOfToday, phrase } from './phrase.js'
import { isUnread, moveOn, placeOf, readMark, readTo } from './read-mark.js'
import { attend } from './visit.js'

/** @typedef {import('./read-mark.js').Mark} Mark */
/** @typedef {import('./read-mark.js').Entry & {element: Element}} Shown */

/** Who hides a page for a moment goes on with the same visit. */
const BREAK = 5 * 60_000

/** An item is seen once some of it has been on the screen for so long. */
const LOOK = 1000

const NOTHING = { place: '', unread: [], at: 0 }

const LISTS = /^(news$|(section|topic|author|posts):)/

/** Mark what is new in a list since the reader's last visit, and where he had come to. */
class UnreadMarks {
  #feed
  #words
  #line = document.createElement('p')
  #sentence = this.#line.appendChild(document.createElement('span'))

  /** @type {Mark | null} how far the reader had come before this visit; null: he was never here */
  #mark = null

  /** @type {Mark | null} how far he has come by now, in all tabs that have said so */
  #known = null

  /** @type {Map<string, import('./read-mark.js').Entry>} of this visit */
  #seen = new Map()

  /** @type {Set<Element>} */
  #inView = new Set()
  #left = -Infinity

  /** @param {Element} feed @param {Element} words */
  constructor(feed, words) {
    this.#feed = feed
    this.#words = words
    this.#line.className = 'read-to'
    const watcher = new IntersectionObserver((entries) => this.#look(entries), {
      // What only begins at the foot of the screen is not seen yet.
      rootMargin: '0px 0px -20% 0px'
    })
    const follow = () => {
      for (const { element } of this.#shown) watcher.observe(element)
      this.#draw()
    }
    feed.addEventListener('stoppress:event', (event) => {
      if (event.target === feed) follow()
    })
    attend({
      begin: () => {
        if (Date.now() - this.#left > BREAK) this.#begin()
        follow()
      },
      end: () => this.#end()
    })
    heed(() => {
      this.#known = this.#recalled
      this.#draw()
    })
  }

  get #name() {
    return this.#feed.getAttribute('stream') ?? ''
  }

  get #recalled() {
    return readMark(recall('list', this.#name))
  }

  /** @returns {Shown[]} the feed's items as they stand */
  get #shown() {
    const items = this.#feed.querySelector('[data-items]') ?? this.#feed
    return [...items.children].flatMap((element) => {
      const key = element.getAttribute('data-key')
      return key ? [{ key, order: element.getAttribute('data-order') ?? '', element }] : []
    })
  }

  #begin() {
    this.#seen.clear()
    this.#known = this.#recalled
    // On a first visit only what comes during it is unread.
    const newest = this.#shown.map(placeOf).sort().at(-1) ?? ''
    this.#mark = this.#known ?? { place: newest, unread: [], at: 0 }
    const { at } = this.#mark
    const name = isOfToday(at) ? 'data-read-to' : 'data-read-to-day'
    phrase(this.#sentence, this.#words.getAttribute(name) ?? '', at)
  }

  #end() {
    this.#left = Date.now()
    const seen = [...this.#seen.values()]
    if (!seen.length) return
    const unseen = this.#shown.filter((shown) => this.#isUnread(shown))
    remember('list', this.#name, moveOn(this.#recalled ?? NOTHING, seen, unseen))
  }

  /** Has the reader seen it in no tab? @param {Shown} shown */
  #isUnread(shown) {
    return [this.#mark, this.#known].every((mark) => !mark || isUnread(mark, shown)) &&
      !this.#seen.has(shown.key)
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #look(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#inView.add(target)
      else this.#inView.delete(target)
    }
    const now = new Set(this.#inView)
    setTimeout(() => {
      if (document.hidden) return
      for (const { element, key, order } of this.#shown) {
        if (now.has(element) && this.#inView.has(element)) this.#seen.set(key, { key, order })
      }
      this.#draw()
    }, LOOK)
  }

  /** Mark the items, and draw the line where it belongs. It takes no room, and moves nothing. */
  #draw() {
    const shown = this.#shown
    for (const each of shown) each.element.toggleAttribute('data-unread', this.#isUnread(each))
    const mark = this.#mark
    const below = mark?.at ? readTo(mark, shown)?.element : null
    if (!mark || !below) return this.#line.remove()
    let before = below
    // A heading of the day, say, belongs to the item below it.
    for (let above; (above = before.previousElementSibling) && above !== this.#line; before = above) {
      if (above.hasAttribute('data-key')) break
    }
    if (before.previousElementSibling !== this.#line) before.before(this.#line)
  }
}

const words = document.querySelector('[data-remembers]')
for (const feed of words ? document.querySelectorAll('live-feed:not([ceiling])') : []) {
  if (words && LISTS.test(feed.getAttribute('stream') ?? '')) new UnreadMarks(feed, words)
}
