import { position } from './rule.js'

/** @typedef {import('./rule.js').Frame} Frame */
/** @typedef {import('./rule.js').Item} Item */
/** @typedef {import('./state.js').Change} Change */
/** @typedef {import('./state.js').Part} Part */
/** @typedef {import('./state.js').State} State */

/**
 * Show the items that were read below an order, with the events that came meanwhile.
 *
 * Each part counts at its cursor. Items below the ceiling replace all that is shown; items below
 * the floor are added.
 * @param {State} state
 * @param {string | null} below
 * @param {string | null} floor of all parts
 * @param {Part[]} parts from the highest to the lowest, none older than the one before
 * @param {Frame[]} events since the first part was asked for
 * @returns {Change[]}
 */
export function fill(state, below, floor, parts, events) {
  const range = state.below(below, floor)
  const start = position(parts[0].cursor)
  const read = parts.flatMap(({ items, cursor }) => items.map((item) => (
    { type: 'event', stream: '', op: 'put', item, cursor }
  )))
  /** @type {Map<string, Item>} */
  const shown = new Map()
  for (const frame of [...read, ...events.filter(({ cursor }) => position(cursor) > start)]) {
    for (const { key, item } of range.apply(frame)) item ? shown.set(key, item) : shown.delete(key)
  }
  return state.adopt(range, shown)
}
