import { tellTimes } from '../../stoppress/live/index.js'

/**
 * Write a sentence of the page's markup into an element.
 * @param {Element} element
 * @param {string} sentence such as `Live, last change {time}`
 * @param {number} moment in ms since 1970; of today as a time of the day, else with its date
 */
export function phrase(element, sentence, moment) {
  const [before, after] = sentence.split('{time}')
  if (after === undefined) return element.replaceChildren(before)
  const time = document.createElement('time')
  time.dir = 'auto'
  time.dateTime = new Date(moment).toISOString()
  time.setAttribute('data-time', '')
  time.setAttribute('data-format', isOfToday(moment) ? 'time' : 'both')
  element.replaceChildren(before, time, after)
  tellTimes(element)
}

/** Is it a moment of this day, where the reader is? @param {number} moment */
export function isOfToday(moment) {
  return new Date(moment).toDateString() === new Date().toDateString()
}
