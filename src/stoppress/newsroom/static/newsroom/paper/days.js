// Keeps the day headings of a list: of the items in the order of time, the first of each day before
// today shows its day, and above those each that is not of today. The days are those of the reader's
// zone. The server has marked the items for the site's zone; so the page needs no script for it.
// A key event of today says no day.

const LISTS = '[data-by-day]'
const MARKS = ['data-opens-day', 'data-dated']

/** @param {Date} moment @returns {string} its day in the reader's zone: `2026-11-22` */
function dayOf(moment) {
  return [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()]
    .map((number) => `${number}`.padStart(2, '0')).join('-')
}

/**
 * Return which mark each item has.
 * @param {{day: string, isInOrder: boolean}[]} items from first to last; those above the order of time are not in it
 * @param {string} today
 * @returns {(string | null)[]}
 */
export function marksOf(items, today) {
  let before = today
  return items.map(({ day, isInOrder }) => {
    if (!isInOrder) return day === today ? null : 'data-dated'
    const opens = day !== before
    before = day
    return opens ? 'data-opens-day' : null
  })
}

/** @param {Element} list */
function mark(list) {
  const items = [...list.children].filter((item) => item.querySelector(':scope > [data-day]'))
  const days = items.map((item) => dayOf(new Date(item.querySelector('time')?.dateTime ?? '')))
  const marks = marksOf(
    items.map((item, n) => ({ day: days[n], isInOrder: item.getAttribute('data-order')?.[0] === '0' })),
    dayOf(new Date())
  )
  for (const [n, item] of items.entries()) {
    const told = /** @type {HTMLElement} */ (item.querySelector(':scope > [data-day]'))
    if (told.dataset.day !== days[n]) {
      told.dataset.day = days[n]
      told.textContent = inWords(item)
    }
    for (const name of MARKS) item.toggleAttribute(name, name === marks[n])
  }
}

/** @param {Element} item */
function inWords(item) {
  const moment = new Date(item.querySelector('time')?.dateTime ?? '')
  return moment.toLocaleDateString(document.body.lang || undefined, { dateStyle: 'full' })
}

function markKeyEvents() {
  const today = dayOf(new Date())
  for (const time of document.querySelectorAll('.key-event .day')) {
    const day = dayOf(new Date(/** @type {HTMLTimeElement} */ (time).dateTime))
    time.toggleAttribute('data-today', day === today)
  }
}

/** Marks all lists, without moving what is being read. */
function markAll() {
  markKeyEvents()
  for (const list of document.querySelectorAll(LISTS)) {
    const held = scrollY > 0 && [...list.children].find((item) => item.getBoundingClientRect().bottom > 0)
    const top = held && held.getBoundingClientRect().top
    mark(list)
    const moved = held ? held.getBoundingClientRect().top - Number(top) : 0
    if (moved) scrollBy({ top: moved, behavior: 'instant' })
  }
}

if (typeof document !== 'undefined') {
  markAll()
  document.addEventListener('stoppress:event', markAll)
  // Midnight may have gone by meanwhile.
  document.addEventListener('visibilitychange', markAll)
}
