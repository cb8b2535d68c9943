import { attempt, show } from './patch.js'
import { keepPlace } from './place.js'
import { compare } from './state.js'
import { readView } from './view.js'

/** @typedef {import('./rule.js').Item} Item */
/** @typedef {import('./state.js').Change} Change */
/** @typedef {import('./view.js').View} View */

const FRESH = 5_000

/** Keep the elements of a feed's items: in their order, each one the same for as long as it stays. */
export class Column {
  #feed
  #parent

  /** @type {Map<string, View | null>} null: the site shows the item itself */
  #views = new Map()

  /** @type {Set<Element>} */
  #moved = new Set()

  /** @param {Element} feed whose items stand in its `[data-items]`, or else in itself */
  constructor(feed) {
    this.#feed = feed
    this.#parent = feed.querySelector('[data-items]') ?? feed
    for (const element of this.#parent.children) {
      const key = element.getAttribute('data-key')
      if (key !== null) this.#views.set(key, readView(element, true))
    }
  }

  /** The items that the server rendered. */
  get items() {
    return this.#standing.map(itemOf)
  }

  /** Does it show an item by a view? */
  get viewed() {
    return this.#standing.length > 0
  }

  /** The elements as they stand on the page. @returns {Element[]} */
  get #standing() {
    return [...this.#parent.children].filter((element) => (
      this.#views.get(element.getAttribute('data-key') ?? '')?.node === element
    ))
  }

  /** @param {string} key */
  has(key) {
    return this.#views.has(key)
  }

  /**
   * Make changes, without moving what is being read.
   * @param {Change[]} changes
   * @param {{fresh: boolean}} manner whether to mark what has changed as fresh
   */
  draw(changes, { fresh }) {
    this.keep(() => {
      for (const change of changes) {
        attempt(() => this.#make(change, fresh))
      }
      for (const element of this.#feed.querySelectorAll('[data-when-empty]')) {
        element.toggleAttribute('hidden', this.#views.size > 0)
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

  /** @param {Change} change @param {boolean} fresh */
  #make({ key, item }, fresh) {
    const known = this.#views.get(key)
    if (!item) {
      known?.node.remove()
      this.#views.delete(key)
      return
    }
    const said = readView(item.view, true)
    const view = said ? show(known, said, this.#parent) : known ?? null
    this.#views.set(key, view)
    if (!said || !view) return
    const element = view.node
    element.setAttribute('data-key', key)
    element.setAttribute('data-version', String(item.version ?? ''))
    element.setAttribute('data-order', String(item.order ?? ''))
    // One that a script took out stays out.
    if (!known || element.parentNode === this.#parent) this.#stand(element)
    if (!fresh) return
    element.setAttribute('data-fresh', known ? 'changed' : 'new')
    clearTimeout(known?.timer)
    view.timer = setTimeout(() => element.removeAttribute('data-fresh'), FRESH)
  }

  /** Put an element where its order says. @param {Element} element */
  #stand(element) {
    const standing = this.#standing
    const at = standing.indexOf(element)
    const item = itemOf(element)
    const below = standing.find((other) => compare(item, itemOf(other)) < 0) ?? null
    if (at >= 0) {
      if ((standing[at + 1] ?? null) === below) return
      this.#moved.add(element)
    }
    const last = standing.at(-1)
    move(this.#parent, element, below ?? (
      last ? last.nextSibling : this.#parent.querySelector(':scope > [data-when-empty]')
    ))
  }
}

/** @param {Element} element an item's */
function itemOf(element) {
  const [key, order, version] = ['key', 'order', 'version'].map((name) => (
    element.getAttribute(`data-${name}`) ?? ''
  ))
  return { key, order, version: version ? Number(version) : undefined }
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
