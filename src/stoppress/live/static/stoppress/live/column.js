import { keepPlace } from './place.js'
import { fill } from './slots.js'

/** @typedef {import('./rule.js').Item} Item */
/** @typedef {import('./state.js').Change} Change */

const FRESH = 5_000

/** Keep the elements of a feed's items: in their order, each one the same for as long as it stays. */
export class Column {
  #feed

  /** @type {HTMLTemplateElement | null} */
  #template

  /** @type {Map<string, Element>} */
  #elements

  /** @type {Map<Element, ReturnType<typeof setTimeout>>} */
  #fresh = new Map()

  /** @type {Set<Element>} */
  #moved = new Set()

  /** @param {Element} feed */
  constructor(feed) {
    this.#feed = feed
    this.#template = feed.querySelector(':scope > template') ?? feed.querySelector('template')
    this.#elements = new Map([...this.#parent.children].flatMap((element) => {
      const key = element.getAttribute('data-key')
      return key === null ? [] : [[key, element]]
    }))
  }

  /** The items that the server rendered. @returns {Item[]} */
  get items() {
    return [...this.#elements].map(([key, element]) => {
      const version = element.getAttribute('data-version')
      const order = element.getAttribute('data-order') ?? ''
      return { key, order, version: version ? Number(version) : undefined }
    })
  }

  get #parent() {
    return this.#template?.parentElement ?? this.#feed
  }

  /** The elements as they stand on the page. @returns {Element[]} */
  get #standing() {
    const elements = new Set(this.#elements.values())
    return [...this.#parent.children].filter((element) => elements.has(element))
  }

  /** @param {string} key */
  has(key) {
    return this.#elements.has(key)
  }

  /**
   * Make changes, without moving what is being read.
   * @param {Change[]} changes
   * @param {{fresh: boolean}} manner whether to mark what has changed as fresh
   */
  draw(changes, { fresh }) {
    this.keep(() => {
      for (const change of changes) {
        if (change.verb === 'remove') this.#remove(change.key)
        else this.#put(change, fresh)
      }
      for (const element of this.#feed.querySelectorAll('[data-when-empty]')) {
        element.toggleAttribute('hidden', this.#elements.size > 0)
      }
    })
  }

  /** Change something in the feed, without moving what is being read. @param {() => void} change */
  keep(change) {
    keepPlace(this.#feed, this.#standing, () => {
      this.#moved.clear()
      change()
      return this.#moved
    })
  }

  /** @param {Change & {verb: 'put'}} change @param {boolean} fresh */
  #put({ key, item, before }, fresh) {
    const known = this.#elements.get(key)
    const element = known ?? this.#make()
    if (!element) return
    element.setAttribute('data-key', key)
    element.setAttribute('data-version', String(item.version ?? ''))
    element.setAttribute('data-order', String(item.order ?? ''))
    fill(element, item)
    this.#elements.set(key, element)
    this.#stand(element, before === null ? null : this.#elements.get(before) ?? null)
    if (fresh) this.#freshen(element, known ? 'changed' : 'new')
  }

  /** @param {string} key */
  #remove(key) {
    const element = this.#elements.get(key)
    if (!element) return
    element.remove()
    this.#elements.delete(key)
    clearTimeout(this.#fresh.get(element))
    this.#fresh.delete(element)
  }

  #make() {
    const first = this.#template?.content.firstElementChild
    return first ? document.importNode(first, true) : null
  }

  /** Put an element before another; null: below all others. @param {Element} element */
  #stand(element, /** @type {Element | null} */ before) {
    const standing = this.#standing
    const at = standing.indexOf(element)
    if (at >= 0 && (standing[at + 1] ?? null) === before) return
    if (at >= 0) this.#moved.add(element)
    const last = standing.at(-1)
    // Some other script may have taken `before` away.
    const known = before && standing.includes(before) ? before : null
    move(this.#parent, element, known ?? (last ? last.nextSibling : this.#template))
  }

  /** Mark an element for some seconds, for the site's style sheet. @param {Element} element */
  #freshen(element, /** @type {string} */ how) {
    clearTimeout(this.#fresh.get(element))
    element.setAttribute('data-fresh', how)
    this.#fresh.set(element, setTimeout(() => {
      element.removeAttribute('data-fresh')
      this.#fresh.delete(element)
    }, FRESH))
  }
}

/**
 * Move an element, with its focus where the browser knows how.
 * @param {Element & {moveBefore?: (node: Element, before: Node | null) => void}} parent
 * @param {Element} element @param {Node | null} before
 */
function move(parent, element, before) {
  if (parent.moveBefore && element.isConnected) parent.moveBefore(element, before)
  else parent.insertBefore(element, before)
}
