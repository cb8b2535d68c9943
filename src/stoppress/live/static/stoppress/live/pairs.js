/** @typedef {import('./view.js').View} View */

/** So many children at once are compared each with each. */
const WINDOW = 500

/**
 * Say which of the children that were becomes which of those that are now.
 *
 * What says the same is the same; of several ways to see it, the one that keeps most. What is then
 * left between two of them is paired in order, tag with tag and id with id.
 * @param {View[]} was
 * @param {View[]} now
 * @returns {Map<View, View>} from now to was
 */
export function pair(was, now) {
  /** @type {Map<View, View>} */
  const pairs = new Map()
  let [i, j, last, end] = [0, 0, was.length, now.length]
  while (i < last && j < end && was[i].key === now[j].key) pairs.set(now[j++], was[i++])
  while (i < last && j < end && was[last - 1].key === now[end - 1].key) {
    pairs.set(now[--end], was[--last])
  }
  for (; i < last && j < end; i += WINDOW, j += WINDOW) {
    pairSame(was.slice(i, Math.min(i + WINDOW, last)), now.slice(j, Math.min(j + WINDOW, end)), pairs)
  }

  const same = new Set(pairs.values())
  let at = 0
  for (const view of now) {
    const known = pairs.get(view)
    if (known) at = was.indexOf(known, at) + 1
    else {
      let like = at
      while (like < was.length && !same.has(was[like]) && !alike(was[like], view)) like++
      if (like === was.length || same.has(was[like])) continue
      pairs.set(view, was[like])
      at = like + 1
    }
  }
  return pairs
}

/**
 * Pair the heaviest common subsequence: a long paragraph is worth more than the space around it.
 * @param {View[]} was @param {View[]} now @param {Map<View, View>} pairs
 */
function pairSame(was, now, pairs) {
  const width = now.length + 1
  const best = new Uint32Array((was.length + 1) * width)
  for (let i = was.length; i--;) {
    for (let j = now.length; j--;) {
      const at = i * width + j
      best[at] = was[i].key === now[j].key
        ? best[at + width + 1] + was[i].key.length
        : Math.max(best[at + 1], best[at + width])
    }
  }
  for (let i = 0, j = 0; i < was.length && j < now.length;) {
    const at = i * width + j
    if (was[i].key === now[j].key) pairs.set(now[j++], was[i++])
    else if (best[at + 1] < best[at + width]) i++
    else j++
  }
}

/** @param {View} a @param {View} b */
function alike(a, b) {
  return a.name === b.name && a.told === b.told && a.attributes.get('id') === b.attributes.get('id')
}
