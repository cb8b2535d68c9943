import { pair } from './pairs.js'
import { tellTime } from './times.js'

/** @typedef {import('./view.js').View} View */

/** @type {Record<string, string>} */
const NAMESPACES = {
  svg: 'http://www.w3.org/2000/svg',
  math: 'http://www.w3.org/1998/Math/MathML',
  xlink: 'http://www.w3.org/1999/xlink',
  xml: 'http://www.w3.org/XML/1998/namespace',
  xmlns: 'http://www.w3.org/2000/xmlns/'
}

/**
 * Show a view: change what the server has changed since the last view, and nothing else.
 * @param {View | null | undefined} was
 * @param {View} now
 * @param {Element} parent the parent for a new element
 * @returns {View} the view to remember, with its node; a new node replaces the old one, if any
 */
export function show(was, now, parent) {
  if (was && was.kind === now.kind) return patch(was, now)
  const { name, text } = now
  const node = now.node = name
    ? make(name, parent)
    : document.createTextNode(/** @type {string} */ (text))
  was?.node.replaceWith(node)
  return name ? patch({ ...now, key: '', attributes: new Map(), children: [] }, now) : now
}

/** @param {View} was @param {View} now @returns {View} */
function patch(was, now) {
  if (was.key === now.key) return was
  const node = now.node = was.node
  if (!now.name) node.data = now.text

  let telling = now.name && was.text !== now.text
  for (const [name] of new Map([...was.attributes, ...now.attributes])) {
    const value = now.attributes.get(name)
    if (value === was.attributes.get(name)) continue
    attempt(() => setAttribute(node, name, value))
    telling ||= now.text !== undefined && /^dat(etime|a-)/.test(name)
  }
  if (telling) {
    node.textContent = now.text
    tellTime(node)
  }

  const pairs = pair(was.children, now.children)
  const kept = new Set(pairs.values())
  // Not by `remove()`: a form may have a field with this name.
  for (const child of was.children) if (!kept.has(child)) child.node.replaceWith()
  /** @type {View[]} */
  const children = []
  /** @type {Node | null} the previous node of the server's that a script has not moved away */
  let before = null
  for (const child of now.children) {
    attempt(() => {
      const known = pairs.get(child)
      const shown = show(known, child, node)
      if (!known) node.insertBefore(shown.node, before ? before.nextSibling : node.firstChild)
      if (shown.node.parentNode === node) before = shown.node
      children.push(shown)
    })
  }
  now.children = children
  return now
}

/** Create an element as a parser would. @param {string} name @param {Element} parent */
function make(name, { namespaceURI, localName }) {
  if (/^(svg|math)$/.test(name)) return document.createElementNS(NAMESPACES[name], name)
  // With a colon, a name would bring its own namespace: `x:script` would be a script in SVG.
  return /:/.test(name) || /^(foreignObject|desc|title|annotation-xml|m[inos]|mtext)$/.test(localName)
    ? document.createElement(name) : document.createElementNS(namespaceURI, name)
}

/** @param {Element} element @param {string} name @param {any} [value] none: remove it */
export function setAttribute(element, name, value) {
  const prefix = /^(xlink|xmlns|xml)\b/.exec(name)?.[0]
  if (value == null) element.removeAttribute(name)
  else if (prefix) element.setAttributeNS(NAMESPACES[prefix], name, value)
  else element.setAttribute(name, value)
}

/** Run a step; a policy or an invalid name may forbid it, but the other steps must run. */
export function attempt(/** @type {() => void} */ step) {
  try {
    step()
  } catch (error) {
    reportError(error)
  }
}
