import { Announcer } from './announcer.js'
import { attempt, setAttribute, show } from './patch.js'
import { keepPlace } from './place.js'
import { compare } from './state.js'
import { readView } from './view.js'

/** @typedef {import('./rule.js').Item} Item */
/** @typedef {import('./state.js').Change} Change */
/** @typedef {import('./view.js').View} View */

const FRESH = 5_000

const SIDES = /** @type {const} */ (['previousElementSibling', 'nextElementSibling'])

/** What an item's root has besides its view, and whatever that says of them. */
const OURS = ['key', 'version', 'order']

/** Keep the elements of a feed's items: in their order, each one the same for as long as it stays. */
export class Column {
  #feed
  #announcer

  /** @type {Element & {moveBefore?: (node: Element, before: Node | null) => void}} */
  #parent

  /** @type {Map<string, View | null>} null: the site shows the item itself */
  #views = new Map()

  /** @type {Element[]} */
  #moved = []

  /** @param {Element} feed whose items stand in its `[data-items]`, or else in itself */
  constructor(feed) {
    this.#feed = feed
    this.#announcer = new Announcer(
      feed.querySelector('[data-announce]'), (change) => this.keep(change))
    this.#parent = feed.querySelector('[data-items]') ?? feed
    for (const element of this.#parent.children) {
      const key = element.getAttribute('data-key')
      if (key !== null) this.#views.set(key, readView(element, true))
    }
  }

  /** The items that it shows. */
  get items() {
    return this.#standing.map(itemOf)
  }

  /** The first item below an order. @param {string} order */
  below(order) {
    return this.#standing.find((element) => itemOf(element).order < order)
  }

  /** The elements as they stand on the page. @returns {Element[]} */
  get #standing() {
    return [...this.#parent.children].filter((element) => this.#shows(element))
  }

  /** @param {Element} element */
  #shows(element) {
    return this.#views.get(element.getAttribute('data-key') ?? '')?.node === element
  }

  /**
   * Make changes, without moving what is being read.
   * @param {Change[]} changes
   * @param {string | boolean} fresh whether to mark what has changed as fresh: the event's name
   */
  draw(changes, fresh) {
    this.keep(() => {
      for (const change of changes) attempt(() => this.#make(change, fresh))
      for (const element of this.#feed.querySelectorAll('[data-when-empty]')) {
        element.toggleAttribute('hidden', this.#views.size > 0)
      }
    })
  }

  /** Change something in the feed, without moving what is being read. @param {() => void} change */
  keep(change) {
    keepPlace(this.#feed, this.#standing, () => {
      this.#moved = []
      change()
      return this.#moved
    })
  }

  /** @param {Change} change @param {string | boolean} fresh */
  #make({ key, item }, fresh) {
    const known = this.#views.get(key)
    if (fresh && item && !this.#views.has(key)) this.#announcer.add(fresh)
    if (!item) {
      known?.node.replaceWith()
      this.#views.delete(key)
      return
    }
    const said = readView(item.view, true)
    if (!said) {
      this.#views.set(key, known ?? null)
      return
    }
    const view = show(known, said, this.#parent)
    this.#views.set(key, view)
    const { node } = view
    for (const name of OURS) setAttribute(node, `data-${name}`, item[name] ?? '')
    if (key === this.#feed.getAttribute('current')) setAttribute(node, 'aria-current', 'true')
    // One that a script took out stays out.
    if (!known || node.parentNode === this.#parent) this.#stand(node)
    if (!fresh) return
    setAttribute(node, 'data-fresh', known ? 'changed' : 'new')
    clearTimeout(known?.timer)
    view.timer = setTimeout(() => setAttribute(node, 'data-fresh'), FRESH)
  }

  /** Does an element stand where its order says, as most do when many are told anew? */
  #isInPlace(/** @type {Element} */ element) {
    if (element.parentNode !== this.#parent) return false
    const [above, below] = SIDES.map((side) => {
      let other = element[side]
      while (other && !this.#shows(other)) other = other[side]
      return other && compare(itemOf(other), itemOf(element))
    })
    return (above ?? -1) < 0 && (below ?? 1) > 0
  }

  /** Put an element where its order says. @param {Element} element */
  #stand(element) {
    if (this.#isInPlace(element)) return
    const standing = this.#standing
    const at = standing.indexOf(element)
    const below = standing.find((other) => compare(itemOf(element), itemOf(other)) < 0)
    if (at >= 0) this.#moved.push(element)
    const last = standing.at(-1)
    const before = below ?? (
      last ? last.nextSibling : this.#parent.querySelector(':scope > [data-when-empty]')
    )
    // A move keeps the focus where the browser knows how.
    if (at >= 0 && this.#parent.moveBefore) this.#parent.moveBefore(element, before)
    else this.#parent.insertBefore(element, before)
  }
}

/** @param {Element} element an item's @returns {Item & {order: string}} */
function itemOf(element) {
  const [key, version, order] = OURS.map((name) => element.getAttribute(`data-${name}`) ?? '')
  return { key, order, version: version ? Number(version) : undefined }
}
