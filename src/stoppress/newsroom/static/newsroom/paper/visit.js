/**
 * A visit begins when the reader sees the page and ends when he leaves or hides it: a tab that was
 * opened behind another has no visit yet, and a page that comes back from the browser's cache has a
 * new one.
 */

/** @typedef {{begin(): void, end(): void}} Guest */

/** @type {Guest[]} */
const guests = []
let isOn = false

/** @param {Guest} guest whom to tell of each visit; of one that has begun, at once */
export function attend(guest) {
  guests.push(guest)
  if (isOn) guest.begin()
}

function look() {
  const isSeen = document.visibilityState === 'visible'
  if (isSeen !== isOn) turn(isSeen)
}

/** @param {boolean} on */
function turn(on) {
  isOn = on
  for (const guest of guests) on ? guest.begin() : guest.end()
}

document.addEventListener('visibilitychange', look)
addEventListener('pageshow', look)
// Some browsers hide a page that is left only afterwards, or not at all.
addEventListener('pagehide', () => {
  if (isOn) turn(false)
})
look()
