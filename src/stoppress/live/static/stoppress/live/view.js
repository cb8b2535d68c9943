/**
 * The server's last version of one node of an item, and the page's node once there is one. A text
 * has no name. Of the elements, only a time that times.js writes has a text: the server's, for an
 * invalid date. Two views with the same content have the same `key`; of two with the same `kind`,
 * one can be patched to become the other.
 * @typedef {{
 *   name: string, kind: string, key: string, text?: string, attributes: Map<string, string>,
 *   children: View[], node: any, timer?: any
 * }} View
 */

const NEVER_BUILT =
  /^(script|style|i?frame|object|embed|base|meta|link|template|noscript|set|animate.*)$/i
const NEVER_SET = /^(on.*|style|srcdoc)$/i
const ADDRESS = /^(href|src|action|formaction|poster|cite|data|background|xlink:href)$/i
const ADDRESSES = /^(srcset|ping)$/i

/**
 * Read a view from a JsonML tree, `["p", {"class": "a"}, "See ", ["b", "this"]]`, or from a node
 * that the server has rendered.
 * @param {any} source
 * @param {boolean} [root] of an item
 * @returns {View | null} null for content that is not allowed
 */
export function readView(source, root) {
  const node = source?.nodeType && source
  const text = node?.nodeType === 3 ? node.data : source
  if (typeof text === 'string' && !root) {
    const [attributes, key] = [new Map(), JSON.stringify(text)]
    return { name: '', kind: '', key, text, attributes, children: [], node }
  }
  const [name, ...parts] = node ? [node.localName, ...node.childNodes]
    : Array.isArray(source) ? source : []
  if (typeof name !== 'string' || NEVER_BUILT.test(name)) return null

  /** @type {[string, any][]} */
  const entries = node ? Array.from(node.attributes, ({ name, value }) => [name, value])
    : parts[0]?.constructor === Object ? Object.entries(parts.shift()) : []
  const attributes = new Map(entries.filter(([name, value]) => maySet(name, value)))
  const children = parts.flatMap((part) => readView(part) ?? [])
  const told = name === 'time' && attributes.has('data-time')
  const words = told ? children.splice(0).map(({ text }) => text).join('') : undefined
  if (told) attributes.delete('title')
  const kind = [name, told, attributes.get('id')].join()
  const key = `[${[JSON.stringify([name, words, ...attributes]), ...children.map(({ key }) => key)]}]`
  return { name, kind, key, text: words, attributes, children, node }
}

/** @param {string} name @param {unknown} value */
function maySet(name, value) {
  if (typeof value !== 'string' || NEVER_SET.test(name)) return false
  if (ADDRESS.test(name)) return isAddress(value)
  // Other parts of such a list, `2x` or `640w`, are accepted as relative addresses.
  return !ADDRESSES.test(name) || value.split(/\s+,*/).every(isAddress)
}

/** Whether an address is http, https, mailto, tel or relative. @param {string} address */
function isAddress(address) {
  try {
    return /^(https?|mailto|tel):$/.test(new URL(address, 'http://base').protocol)
  } catch {
    // An invalid address, such as `http://`, is harmless.
    return true
  }
}
