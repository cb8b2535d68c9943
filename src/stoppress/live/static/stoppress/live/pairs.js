/** @typedef {import('./view.js').View} View */
/** @typedef {{weight: number, was?: any, now?: any, rest?: Found}} Found */

/** The most children that are compared with one another at once. */
const WINDOW = 500

/** Elements that may have state of the reader's. A custom element may contain anything. */
const HOLDING = /"(input|textarea|select|details|dialog|audio|video)"|\["[a-z]\w*-[^"]*",null/

/**
 * Decide which old child becomes which new child, without changing the order.
 *
 * Of all ways to pair them, take the one with the largest weight. A pair of equal children weighs
 * their length, so that a paragraph counts more than the space around it; a pair of the same kind
 * weighs least. Children that may have state of the reader's weigh a thousand times more.
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
      let found = heaviest(was.slice(i, i += WINDOW), now.slice(j, j += WINDOW))
      for (; found.rest; found = found.rest) pairs.set(found.now, found.was)
    }
  }
  return pairs
}

/** @param {View[]} was @param {View[]} now @returns {Found} */
function heaviest(was, now) {
  /** @type {Found[]} the best pairing from each new child on */
  let best = Array(now.length + 1).fill({ weight: 0 })
  for (const old of was.reverse()) {
    const below = best
    const worth = HOLDING.test(old.key) ? 1000 : 1
    best = [...below]
    for (let j = now.length; j--;) {
      const said = now[j]
      const rest = below[j + 1]
      const same = old.key === said.key ? old.key.length : Number(old.kind === said.kind)
      const weight = rest.weight + worth * same
      if (best[j + 1].weight > best[j].weight) best[j] = best[j + 1]
      if (same && weight >= best[j].weight) best[j] = { weight, was: old, now: said, rest }
    }
  }
  return best[0]
}
