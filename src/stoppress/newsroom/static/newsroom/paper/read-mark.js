/**
 * How far a reader has read a list: the place of the newest item that he has seen, and what is older
 * than that and still unread. An item's place is when it was published, as the end of its order says.
 * @typedef {{place: string, unread: string[], at: number}} Mark
 */
/** @typedef {{key: string, order: string}} Entry */

const MOST = 100

const PLACE = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** @param {Entry} entry @returns {string} */
export function placeOf({ order }) {
  return PLACE.exec(order)?.[0] ?? ''
}

/** @param {any} memory @returns {Mark | null} null where it is none */
export function readMark(memory) {
  const { place, unread, at } = memory ?? {}
  const isMark = typeof place === 'string' && Array.isArray(unread) && Number.isFinite(at)
  return isMark ? { place, unread, at } : null
}

/** @param {Mark} mark @param {Entry} entry */
export function isUnread(mark, entry) {
  return placeOf(entry) > mark.place || mark.unread.includes(entry.key)
}

/**
 * Return the first item below everything that the reader has seen before, if something stands above
 * it that he has not. What stands above the order of time, as breaking news does, is passed over.
 * @template {Entry} T
 * @param {Mark} mark @param {T[]} entries from first to last
 */
export function readTo(mark, entries) {
  const at = entries.findIndex((entry) => entry.order.startsWith('0') && !isUnread(mark, entry))
  return entries.slice(0, Math.max(at, 0)).some((entry) => isUnread(mark, entry)) ? entries[at] : null
}

/**
 * Move a mark on by what was seen in one tab.
 * @param {Mark} mark as it is, perhaps moved on by another tab meanwhile
 * @param {Entry[]} seen
 * @param {Entry[]} unseen unread ones on the page that were not seen
 * @returns {Omit<Mark, 'at'>}
 */
export function moveOn(mark, seen, unseen) {
  const place = seen.map(placeOf).reduce((one, other) => one > other ? one : other, mark.place)
  const keys = new Set(seen.map(({ key }) => key))
  const left = unseen.filter((entry) => placeOf(entry) <= place).map(({ key }) => key)
  const unread = [...new Set([...left, ...mark.unread])].filter((key) => !keys.has(key))
  return { place, unread: unread.slice(0, MOST) }
}
