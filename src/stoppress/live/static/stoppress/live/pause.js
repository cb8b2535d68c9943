/**
 * Whether it pauses a feed: `<button data-pause data-resume="Resume" hidden>Pause</button>`
 * inside the feed, or with `data-pause="news"`, the feed's stream, anywhere on the page.
 * @param {Element} button @param {Element & {stream: string}} feed
 */
export function pauses(button, feed) {
  const stream = button.getAttribute('data-pause')
  return stream === '' ? button.closest('live-feed') === feed : stream === feed.stream
}

/** Update the text of a feed's pause buttons. @param {Element & {stream: string}} feed @param {boolean} paused */
export function showPaused(feed, paused) {
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = document.querySelectorAll('[data-pause]')
  for (const button of buttons) {
    if (!pauses(button, feed)) continue
    const { dataset } = button
    const words = dataset.words ??= button.textContent ?? ''
    button.textContent = paused && dataset.resume || words
    button.hidden = false
  }
}
