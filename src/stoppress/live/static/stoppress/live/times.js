/** @type {Record<string, Intl.DateTimeFormatOptions & Intl.RelativeTimeFormatOptions>} */
const STYLES = {
  both: { dateStyle: 'medium', timeStyle: 'short' },
  date: { dateStyle: 'medium' },
  day: { day: 'numeric', month: 'short' },
  time: { timeStyle: 'short' },
  full: { dateStyle: 'full', timeStyle: 'long' },
  relative: { numeric: 'auto' }
}

const MINUTE = 60_000

/** @type {Record<string, any>} */
const formats = {}

// The server's time at which the page's own clock was 0. It only rises, so that no time runs
// backwards: the frame with the shortest travel time shows it best.
let began = -Infinity

/** @type {Set<Element>} times on the screen whose text changes with time */
const seen = new Set()

/** @type {WeakSet<Element>} times that show the date, because the reader has clicked on them */
const absolute = new WeakSet()

/** @type {IntersectionObserver | undefined} */
let watcher

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

/** Return the formatter for a style. @param {string} style @param {any} [Format] */
export function format(style, Format = Intl.DateTimeFormat) {
  // The language of the page's own texts, on <body>: <html> may have the content's.
  const language = document.body.lang || document.documentElement.lang || undefined
  const options = STYLES[style] ?? STYLES.both
  try {
    return formats[style + language] ??= new Format(language, options)
  } catch {
    // The language is invalid.
    return new Format(undefined, options)
  }
}

/** Return the server's present time; -Infinity until it is known. */
function now() {
  return began + performance.now()
}

/**
 * Update the server's clock.
 * @param {string} [time] of a hello or a heartbeat that has just come
 */
export function setClock(time) {
  const told = Date.parse(time ?? '') - performance.now()
  if (!(told > began)) return
  began = told
  tick()
}

/**
 * Return how long ago a moment is, in whole minutes on the clock; empty after a day, and while the
 * server's clock is not known.
 * @param {Date} moment
 */
function ago(moment) {
  const minutes = Math.floor(now() / MINUTE) - Math.floor(+moment / MINUTE)
  // Clocks of two servers may differ a little.
  if (!(minutes >= -1 && minutes < 24 * 60)) return ''
  const words = format('relative', Intl.RelativeTimeFormat)
  if (minutes < 1) return words.format(0, 'second')
  const hours = Math.floor(minutes / 60)
  return words.format(-(hours || minutes), hours ? 'hour' : 'minute')
}

/** Update the times on the screen, now and when the clock's next minute begins. */
function tick() {
  clearTimeout(timer)
  if (document.hidden || !seen.size || began < 0) return
  seen.forEach(tellTime)
  timer = setTimeout(tick, MINUTE - now() % MINUTE)
}

/** Keep a time's text up to date while it is on the screen. @param {Element} element */
function watch(element) {
  if (!watcher) {
    watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) seen.add(target)
        else seen.delete(target)
      }
      tick()
    })
    document.addEventListener('visibilitychange', tick)
    document.addEventListener('click', toggle)
    document.addEventListener('keydown', toggle)
  }
  watcher.observe(element)
  // A new element is not on the page yet.
  queueMicrotask(() => {
    if (element.role || element.closest('a, button')) return
    element.role = 'button'
    element.setAttribute('tabindex', '0')
  })
}

/** Switch between the date and how long ago it is. @param {Event & {key?: string}} event */
function toggle(event) {
  const { key = 'Enter', target } = event
  const element = /** @type {Element} */ (target).closest('time[role=button]')
  if (!element || !/^( |Enter)$/.test(key)) return
  event.preventDefault()
  if (!absolute.delete(element)) absolute.add(element)
  tellTime(element)
}

/**
 * Write a `<time datetime>` in the reader's zone and the page's language; its title has all parts.
 * @param {Element} element
 */
export function tellTime(element) {
  const moment = new Date(element.getAttribute('datetime') ?? '')
  if (isNaN(+moment)) return
  const style = element.getAttribute('data-format') ?? ''
  const isOfAnotherYear = moment.getFullYear() !== new Date().getFullYear()
  const isRelative = style === 'ago'
  if (isRelative) watch(element)
  const text = isRelative && !absolute.has(element) && ago(moment) ||
    format(style === 'day' && isOfAnotherYear ? 'date' : style).format(moment)
  if (element.textContent !== text) element.textContent = text
  element.setAttribute('title', format('full').format(moment))
}

/**
 * Write all times below a node that have `data-time`.
 * @param {ParentNode} root
 */
export function tellTimes(root) {
  for (const element of root.querySelectorAll('time[data-time]')) tellTime(element)
}
