/** @typedef {{element: Element, top: number}} Hold */

// Pages scroll by whole pixels. The rest is added at the next change; otherwise many small changes
// would add up.
let owed = 0

/**
 * Change the page, and keep the text that is being read at its place on the screen.
 *
 * The page is measured after the change: if the browser has anchored the scroll itself, nothing is
 * left to do; if it has not (`overflow-anchor: none`, Safari), the page is scrolled.
 * @param {Element} feed
 * @param {Element[]} items from first to last
 * @param {() => Iterable<Element>} change returns the elements that it has moved elsewhere
 * @param {boolean} [firmly] keep the items where they are also at the top of the page
 */
export function keepPlace(feed, items, change, firmly = false) {
  const scroller = document.scrollingElement
  const holds = firmly || isScrolled() ? findHolds(feed, items, firmly) : []
  const moved = [...change()]
  const kept = holds.find(({ element }) => (
    boxed(element) && !moved.some((other) => other.contains(element))
  ))
  if (!kept || !scroller) return
  const shift = () => kept.element.getBoundingClientRect().top - kept.top + owed
  const top = Math.round(shift())
  if (top) scroller.scrollBy({ top, behavior: 'instant' })
  const left = shift()
  owed = Math.abs(left) < 1 ? left : 0
}

/** Whether a new item above these would be above the visible part. @param {Element[]} items */
export function isAway(items) {
  const first = items.find(boxed)
  return first !== undefined && isScrolled() && !readsAbove(first)
}

/** The last of these items that is on the screen or above it. @param {Element[]} items */
export function lastSeen(items) {
  return items.filter((element) => element.getBoundingClientRect().top < innerHeight).at(-1)
}

function isScrolled() {
  return Number(document.scrollingElement?.scrollTop) > 0
}

/**
 * Return the elements to keep in place, best first: the innermost one at the window's top, then its
 * parents, then the items below it, since each of them may be removed.
 * @param {Element} feed @param {Element[]} items @param {boolean} firmly
 * @returns {Hold[]}
 */
function findHolds(feed, items, firmly) {
  if (items.length && (firmly || !readsAbove(items[0]))) {
    const first = items.findIndex(seen)
    if (first >= 0) return [...inward(items[first]), ...items.slice(first + 1)].map(hold)
  }
  if ([feed, ...items].some(seen)) return []
  const next = neighbour(feed, 'nextElementSibling')
  return next ? [hold(next)] : []
}

/** @param {Element} element @returns {Element[]} the innermost first */
function inward(element) {
  const path = [element]
  for (let inner = element; inner.getBoundingClientRect().top < 0;) {
    const child = [...inner.children].find(seen)
    if (!child) break
    path.unshift(inner = child)
  }
  return path
}

/** Whether an element directly above the first item is on the screen. @param {Element} first */
function readsAbove(first) {
  if (first.getBoundingClientRect().top <= 0) return false
  const above = neighbour(first, 'previousElementSibling')
  return above !== null && seen(above)
}

/**
 * Return the nearest element before or after that takes part in the page's flow.
 * @param {Element} from @param {'previousElementSibling' | 'nextElementSibling'} direction
 */
function neighbour(from, direction) {
  /** @type {Element | null} */
  let element = from
  while (element) {
    const sibling = /** @type {Element | null} */ (element[direction])
    element = sibling ?? element.parentElement
    if (sibling && boxed(sibling) && !/fixed|sticky/.test(getComputedStyle(sibling).position)) {
      return sibling
    }
  }
  return null
}

/** Whether it is, at least partly, below the window's top. @param {Element} element */
function seen(element) {
  return boxed(element) && element.getBoundingClientRect().bottom > 0
}

/** @param {Element} element */
function boxed(element) {
  return element.getBoundingClientRect().height > 0
}

/** @param {Element} element @returns {Hold} */
function hold(element) {
  return { element, top: element.getBoundingClientRect().top }
}
