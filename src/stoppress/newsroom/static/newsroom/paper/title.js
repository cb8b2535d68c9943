/** The page's title: what the page is about, after the number of what waits to be shown. */

let about = document.title

/** @type {WeakMap<EventTarget, number>} by feed */
const waiting = new WeakMap()

function write() {
  const feeds = [...document.querySelectorAll('live-feed')]
  const count = feeds.reduce((sum, feed) => sum + (waiting.get(feed) ?? 0), 0)
  const title = count ? `(${count}) ${about}` : about
  if (document.title !== title) document.title = title
}

/** Say what the page is about from now on. @param {string} text */
export function setTitle(text) {
  about = text
  write()
}

document.addEventListener('stoppress:waiting', (event) => {
  const { target, detail } = /** @type {CustomEvent} */ (event)
  if (!target) return
  waiting.set(target, detail.count)
  write()
})
