/**
 * Move the focus to an item: to its heading's link, its heading or itself.
 * @param {Element} item
 */
export function focusOn(item) {
  const heading = item.querySelector('h1,h2,h3,h4,h5,h6')
  const target = /** @type {HTMLElement} */ (heading?.querySelector('a[href]') ?? heading ?? item)
  if (target.tabIndex < 0) target.tabIndex = -1
  target.focus({ preventScroll: true })
}

/** Whether it has the focus or the selection, which a move may lose. @param {Element} element */
export function isUsed(element) {
  return [document.activeElement, getSelection()?.anchorNode ?? null].some(
    (node) => element.contains(node)
  )
}
