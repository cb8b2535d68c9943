// Lets new and changed items wait while the frame's top is above what the reader sees, since they
// come in above what he reads: the frame does not scroll, the page around it does. What is withdrawn
// goes away all the same.

const head = document.querySelector('[data-head]')
const main = document.querySelector('main')

/** @type {WeakMap<Element, boolean>} */
const seen = new WeakMap()

/** @type {Set<import('../../stoppress/live/feed-element.js').LiveFeed>} those that this has paused */
const held = new Set()

function follow() {
  const isAway = head && main && seen.get(main) && !seen.get(head)
  if (!isAway) {
    for (const feed of held) feed.resume()
    held.clear()
    return
  }
  for (const each of document.querySelectorAll('live-feed')) {
    const feed = /** @type {import('../../stoppress/live/feed-element.js').LiveFeed} */ (each)
    // Who has paused it himself resumes it himself.
    if (feed.dataset.state === 'paused' || held.has(feed)) continue
    held.add(feed)
    feed.pause()
  }
}

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) seen.set(target, isIntersecting)
  follow()
})
for (const each of [head, main]) if (each) observer.observe(each)
