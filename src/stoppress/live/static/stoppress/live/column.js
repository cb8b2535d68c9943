import { focusOn, isUsed } from './focus.js'
import { attempt, setAttribute, show } from './patch.js'
import { isAway, keepPlace, lastSeen } from './place.js'
import { compare } from './state.js'
import { markUnseen } from './unseen.js'
import { readView } from './view.js'

/** @typedef {import('./rule.js').Item} Item */
/** @typedef {import('./state.js').Change} Change */
/** @typedef {import('./view.js').View} View */

const FRESH = 5_000

const SIDES = /** @type {const} */ (['previousElementSibling', 'nextElementSibling'])

/** Attributes of an item's root that we set, also if its view has them. */
const OURS = ['key', 'version', 'order']

/** Keep the elements of a feed's items in order; each item keeps its element while it is shown. */
export class Column {
  #feed

  /** @type {Element} */
  #parent

  /** @type {Map<string, View | null>} null: the site shows the item itself */
  #views = new Map()

  /** @type {Element[]} */
  #moved = []

  /** @param {Element} feed whose items are in its `[data-items]`, or else in itself */
  constructor(feed) {
    this.#feed = feed
    this.#parent = feed.querySelector('[data-items]') ?? feed
    for (const element of this.#parent.children) {
      const key = element.getAttribute('data-key')
      if (key !== null) this.#views.set(key, readView(element, true))
    }
  }

  /** The items that it shows. */
  get items() {
    return this.#elements.map(itemOf)
  }

  /** Whether the reader has scrolled past the place of new items. */
  get isAway() {
    return isAway(this.#elements)
  }

  /** The order of an item's place. @param {string} key @returns undefined: it is not shown */
  order(key) {
    const view = this.#views.get(key)
    return view ? itemOf(view.node).order : view
  }

  /** The element of an item. @param {string} key @returns {Element | undefined} */
  element(key) {
    return this.#views.get(key)?.node
  }

  /** The last item on the screen or above it, of those that stay. @param {Change[]} changes */
  edge(changes) {
    const gone = new Set(changes.flatMap(({ key, item }) => (item ? [] : [this.element(key)])))
    const last = lastSeen(this.#elements.filter((element) => !gone.has(element)))
    return last && itemOf(last)
  }

  /** The first item below an order. @param {string} order */
  below(order) {
    return this.#elements.find((element) => itemOf(element).order < order)
  }

  /** The items' elements, in the order of the page. @returns {Element[]} */
  get #elements() {
    return [...this.#parent.children].filter((element) => this.#shows(element))
  }

  /** @param {Element} element */
  #shows(element) {
    return this.#views.get(element.getAttribute('data-key') ?? '')?.node === element
  }

  /**
   * Make changes, without moving what is being read.
   * @param {Change[]} changes
   * @param {unknown} fresh whether to mark what has changed as fresh
   * @param {boolean} [firmly] also at the top of the page
   */
  draw(changes, fresh, firmly) {
    this.keep(() => {
      for (const change of changes) attempt(() => this.#make(change, fresh))
      for (const element of this.#feed.querySelectorAll('[data-when-empty]')) {
        element.toggleAttribute('hidden', this.#views.size > 0)
      }
    }, firmly)
  }

  /**
   * Change something in the feed, without moving what is being read or losing the focus.
   * @param {() => void} change
   * @param {boolean} [firmly]
   */
  keep(change, firmly) {
    const standing = this.#elements
    const focused = document.activeElement
    const isOurs = this.#feed.contains(focused)
    keepPlace(this.#feed, standing, () => {
      this.#moved = []
      change()
      return this.#moved
    }, firmly)
    if (!isOurs || (focused?.isConnected && !focused.closest('[hidden]'))) return
    const at = Math.max(0, standing.findIndex((element) => element.contains(focused)))
    const next = [...standing.slice(at), ...standing.slice(0, at).reverse()].map(
      (element) => this.element(itemOf(element).key)
    )
    focusOn(
      next.find((element) => element?.parentNode === this.#parent) ??
      this.#feed.querySelector('[data-when-empty]:not([hidden])') ?? this.#feed
    )
  }

  /** @param {Change} change @param {unknown} fresh */
  #make({ key, item }, fresh) {
    const known = this.#views.get(key)
    if (!item || fresh) clearTimeout(known?.timer)
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
    // An element that a script has removed stays removed.
    if (!known || node.parentNode === this.#parent) this.#putInPlace(node)
    if (!fresh) return
    if (!known) markUnseen(node)
    setAttribute(node, 'data-fresh', known ? 'changed' : 'new')
    view.timer = setTimeout(() => setAttribute(node, 'data-fresh'), FRESH)
  }

  /** Whether an element is at its order's place, as most are when many items are sent again. */
  #isInPlace(/** @type {Element} */ element) {
    if (element.parentNode !== this.#parent) return false
    const [above, below] = SIDES.map((side) => {
      let other = element[side]
      while (other && !this.#shows(other)) other = other[side]
      return other && compare(itemOf(other), itemOf(element))
    })
    return (above ?? -1) < 0 && (below ?? 1) > 0
  }

  /** Put an element at its order's place. @param {Element} element */
  #putInPlace(element) {
    if (this.#isInPlace(element)) return
    const standing = this.#elements
    const at = standing.indexOf(element)
    if (at >= 0) this.#moved.push(element)
    if (at >= 0 && isUsed(element)) {
      // Move its neighbours instead: a move loses the focus in some browsers, the selection in all.
      const next = element.nextSibling
      for (const [n, other] of standing.entries()) {
        const isBelow = compare(itemOf(element), itemOf(other)) < 0
        if (n < at && isBelow) this.#move(other, next)
        if (n > at && !isBelow) this.#move(other, element)
      }
      return
    }
    const below = standing.find((other) => compare(itemOf(element), itemOf(other)) < 0)
    const last = standing.at(-1)
    this.#move(element, below ?? (
      last ? last.nextSibling : this.#parent.querySelector(':scope > [data-when-empty]')
    ))
  }

  /** @param {Element} element @param {Node | null} before */
  #move(element, before) {
    // `moveBefore` keeps media playing, in browsers that have it.
    const knows = element.parentNode && 'moveBefore' in this.#parent
    this.#parent[knows ? 'moveBefore' : 'insertBefore'](element, before)
  }
}

/** @param {Element} element an item's @returns {Item & {order: string}} */
function itemOf(element) {
  const [key, version, order] = OURS.map((name) => element.getAttribute(`data-${name}`) ?? '')
  return { key, order, version: version ? Number(version) : undefined }
}
