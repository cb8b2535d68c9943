/** @typedef {import('./view.js').View} View */

/** So many children at once are compared each with each. */
const WINDOW = 500

/** What may hold something of the reader's. */
const HOLDING = /"(input|textarea|select|details|dialog|audio|video|canvas)"/

/**
 * Say which of the children that were becomes which of those that are now, in the same order.
 * @param {View[]} was
 * @param {View[]} now
 * @returns {Map<View, View>} from now to was
 */
export function pair(was, now) {
  /** @type {Map<View, View>} */
  const pairs = new Map()
  for (let i = 0, j = 0; i < was.length && j < now.length;) {
    if (was[i].key === now[j].key) pairs.set(now[j++], was[i++])
    else {
      const [m, n] = pairHeaviest(was.slice(i, i + WINDOW), now.slice(j, j + WINDOW), pairs)
      i += m || WINDOW
      j += n || WINDOW
    }
  }
  return pairs
}

/**
 * Of all ways to pair them, take the heaviest: what says the same weighs as much as it says, so that
 * a paragraph is worth more than the space around it; what is only alike weighs least. What may hold
 * something of the reader's comes first.
 * @param {View[]} was @param {View[]} now @param {Map<View, View>} pairs
 * @returns {[number, number]} how many stand before and in the last pair; 0 without one
 */
function pairHeaviest(was, now, pairs) {
  const width = now.length + 1
  /** What can be paired from here on, at most. */
  const best = new Float64Array((was.length + 1) * width)
  const worth = was.map(({ key }) => HOLDING.test(key) ? 1000 : 1)
  /** @param {number} i @param {number} j */
  const paired = (i, j) => {
    const { key } = was[i]
    const weight = worth[i] * (key === now[j].key ? key.length : Number(alike(was[i], now[j])))
    return weight && weight + best[(i + 1) * width + j + 1]
  }
  for (let i = was.length; i--;) {
    for (let j = now.length; j--;) {
      const at = i * width + j
      best[at] = Math.max(best[at + 1], best[at + width], paired(i, j))
    }
  }
  let [i, j, most] = [0, 0, 0]
  while ((most = best[i * width + j])) {
    if (most === paired(i, j)) pairs.set(now[j++], was[i++])
    else if (most === best[i * width + j + 1]) j++
    else i++
  }
  return [i, j]
}

/** Can one become the other? @param {View} a @param {View} b */
export function alike(a, b) {
  return a.name === b.name && a.told === b.told && a.attributes.get('id') === b.attributes.get('id')
}
