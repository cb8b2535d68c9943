/** @typedef {import('./view.js').View} View */
/** @typedef {{weight: number, was?: any, now?: any, rest?: Found}} Found */

/** So many children at once are compared each with each. */
const WINDOW = 500

/** What may hold something of the reader's. A custom element may hold anything, such as a frame. */
const HOLDING = /"(input|textarea|select|details|dialog|audio|video)"|\["[a-z]\w*-[^"]*",null/

/**
 * Say which of the children that were becomes which of those that are now, in the same order.
 *
 * Of all ways to pair them, take the heaviest: what says the same weighs as much as it says, so
 * that a paragraph is worth more than the space around it; what is only alike weighs least. What may
 * hold something of the reader's comes first.
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
  /** @type {Found[]} the best from each of now on */
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
