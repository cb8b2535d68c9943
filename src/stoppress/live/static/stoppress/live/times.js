/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const STYLES = {
  both: { dateStyle: 'medium', timeStyle: 'short' },
  date: { dateStyle: 'medium' },
  day: { day: 'numeric', month: 'short' },
  time: { timeStyle: 'short' },
  full: { dateStyle: 'full', timeStyle: 'long' }
}

/** @type {Record<string, Intl.DateTimeFormat>} */
const formats = {}

/** @param {string} style */
function format(style) {
  // Of the page's own words: its text may be in another language, and <html> with it.
  const language = document.body.lang || document.documentElement.lang || undefined
  const options = STYLES[style] ?? STYLES.both
  try {
    return formats[style + language] ??= new Intl.DateTimeFormat(language, options)
  } catch {
    // There is no such language.
    return new Intl.DateTimeFormat(undefined, options)
  }
}

/**
 * Write a `<time datetime>` in the reader's zone and the page's language, the whole in its title.
 * @param {Element} element
 */
export function tellTime(element) {
  const moment = new Date(element.getAttribute('datetime') ?? '')
  if (isNaN(+moment)) return
  const style = element.getAttribute('data-format') ?? 'both'
  const isOfAnotherYear = moment.getFullYear() !== new Date().getFullYear()
  const text = format(style === 'day' && isOfAnotherYear ? 'date' : style).format(moment)
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
