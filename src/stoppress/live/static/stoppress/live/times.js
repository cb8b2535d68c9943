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

// The server's clock when this page's own began. Only ever raised, so that no time runs backwards:
// the sign of life that travelled fastest tells it best.
let began = -Infinity

/** @type {Set<Element>} those in view whose words change with time */
const seen = new Set()

/** @type {WeakSet<Element>} those whose moment the reader has asked for */
const absolute = new WeakSet()

/** @type {IntersectionObserver | undefined} */
let watcher

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

/** Return what writes moments in a style. @param {string} style @param {any} [Format] */
export function format(style, Format = Intl.DateTimeFormat) {
  // Of the page's own words: its text may be in another language, and <html> with it.
  const language = document.body.lang || document.documentElement.lang || undefined
  const options = STYLES[style] ?? STYLES.both
  try {
    return formats[style + language] ??= new Format(language, options)
  } catch {
    // There is no such language.
    return new Format(undefined, options)
  }
}

/** Return the server's time now; -Infinity until it has said it. */
function now() {
  return began + performance.now()
}

/**
 * Take in the server's clock.
 * @param {string} [time] of a hello or a heartbeat that has just come
 */
export function setClock(time) {
  const told = Date.parse(time ?? '') - performance.now()
  if (!(told > began)) return
  began = told
  tick()
}

/**
 * Return how long ago a moment is, as clocks that show minutes tell it; empty after a day, and while
 * the server's clock is not known.
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

/** Write the times in view anew, now and when the clock's next minute begins. */
function tick() {
  clearTimeout(timer)
  if (document.hidden || !seen.size || began < 0) return
  seen.forEach(tellTime)
  timer = setTimeout(tick, MINUTE - now() % MINUTE)
}

/** Keep a time's words true while it is in view. @param {Element} element */
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

/** Show the moment, or again how long ago it is. @param {Event & {key?: string}} event */
function toggle(event) {
  const { key = 'Enter', target } = event
  const element = /** @type {Element} */ (target).closest('time[role=button]')
  if (!element || !/^( |Enter)$/.test(key)) return
  event.preventDefault()
  if (!absolute.delete(element)) absolute.add(element)
  tellTime(element)
}

/**
 * Write a `<time datetime>` in the reader's zone and the page's language, the whole in its title.
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
 * Write all times under a node that ask for it with `data-time`.
 * @param {ParentNode} root
 */
export function tellTimes(root) {
  for (const element of root.querySelectorAll('time[data-time]')) tellTime(element)
}
