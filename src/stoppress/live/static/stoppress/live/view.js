import { isAddress } from './address.js'

/**
 * What the server said last of one node of an item, and the node itself once there is one. A text
 * has no name. `key` is the same for two views that say the same.
 * @typedef {{
 *   name: string, text: string, attributes: Map<string, string>, children: View[], told: boolean,
 *   key: string, node: any
 * }} View
 */

// With a colon, a name would bring its own namespace, and `x:script` is a script in SVG.
const NEVER_BUILT = new RegExp(
  ':|^(script|style|iframe|frame|object|embed|base|meta|link|template|noscript|set|animate.*)$', 'i')
const NEVER_SET = /^(on.*|style|srcdoc)$/i
const ADDRESS = /^(href|src|action|formaction|poster|cite|data|background|xlink:href)$/i
const ADDRESSES = /^(srcset|ping)$/i

/** On an item's root, these are the client's. */
const OURS = /^data-(key|version|order|fresh)$/

/**
 * Read a JsonML tree of one element: `["p", {"class": "a"}, "See ", ["b", "this"]]`.
 * @param {any} tree
 * @param {boolean} [root] of an item
 * @returns {View | null} null for what is never built
 */
export function readView(tree, root = true) {
  if (typeof tree === 'string' && !root) return ofText(tree)
  if (!Array.isArray(tree) || !built(tree[0])) return null
  const [name, second, ...others] = tree
  const attributed = second && typeof second === 'object' && !Array.isArray(second)
  const parts = attributed ? others : tree.slice(1)
  return ofElement(
    name, attributed ? Object.entries(second) : [], parts.map((part) => readView(part, false)), root)
}

/**
 * Read from the page what the server has rendered there.
 * @param {any} node
 * @param {boolean} [root] of an item
 * @returns {View | null}
 */
export function adoptView(node, root = true) {
  const { localName, attributes, childNodes, data, nodeType } = node
  if (nodeType === 3) return ofText(data, node)
  if (!built(localName)) return null
  return ofElement(
    localName,
    [...attributes].map(({ name, value }) => [name, value]),
    [...childNodes].map((child) => adoptView(child, false)),
    root,
    node
  )
}

/** @param {string} text @param {Node} [node] @returns {View} */
function ofText(text, node) {
  const key = JSON.stringify(text)
  return { name: '', text, attributes: new Map(), children: [], told: false, key, node }
}

/**
 * @param {string} name @param {[string, any][]} entries @param {(View | null)[]} parts
 * @param {boolean} root @param {Node} [node]
 * @returns {View}
 */
function ofElement(name, entries, parts, root, node) {
  const attributes = new Map(entries.filter(([attribute, value]) => (
    settable(attribute, value) && !(root && OURS.test(attribute))
  )))
  const told = name === 'time' && attributes.has('data-time')
  let children = parts.filter((part) => part !== null)
  let text = ''
  if (told) {
    // What stands in it is written by times.js; the server's words are for a time that is none.
    text = children.map((child) => child.text).join('')
    children = []
    attributes.delete('title')
  }
  const keys = [JSON.stringify([name, ...attributes]), ...children.map(({ key }) => key)]
  return { name, text, attributes, children, told, key: `[${keys}]`, node }
}

/** @param {unknown} name */
function built(name) {
  return typeof name === 'string' && !NEVER_BUILT.test(name)
}

/** @param {string} name @param {unknown} value */
function settable(name, value) {
  if (typeof value !== 'string' || NEVER_SET.test(name)) return false
  if (ADDRESS.test(name)) return isAddress(value)
  // What is no address in such a list, `2x` or `640w`, passes as a relative one.
  return !ADDRESSES.test(name) || value.split(/[\s,]+/).every(isAddress)
}
