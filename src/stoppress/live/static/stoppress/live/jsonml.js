import { address } from './address.js'

/** @typedef {(value: unknown) => string | null} Check returns null for what may not stand there */

const NODES = new Set((
  'p h2 h3 ul ol li blockquote pre code a em strong s sup sub br hr figure img figcaption ' +
  'table thead tbody tr th td').split(' '))

/** @type {Check} */
const text = (value) => typeof value === 'string' ? value : null

/** @type {Check} */
const link = (value) => address(value, /^(https?|mailto|tel):$/)

/** @param {any} value @returns {string | null} */
const number = (value) => /^\d+$/.test(value) ? value : null

/** A list alone counts from below zero. @param {any} value @returns {string | null} */
const start = (value) => /^-?\d+$/.test(value) ? value : null

const spans = { colspan: number, rowspan: number }

/** @type {Record<string, Record<string, Check>>} */
const ATTRIBUTES = {
  a: { href: link },
  img: { src: address, alt: text, width: number, height: number },
  ol: { start },
  td: spans,
  th: { scope: text, ...spans }
}

/**
 * Build a JsonML node: `["p", "See ", ["a", {"href": "/x"}, "here"]]`. The set of nodes is closed;
 * of one outside it only the text is kept.
 * @param {unknown} node
 * @returns {Node[]}
 */
export function build(node) {
  if (typeof node === 'string') return [document.createTextNode(node)]
  if (!Array.isArray(node)) return []
  const [name, second, ...others] = node
  const attributed = second && typeof second === 'object' && !Array.isArray(second)
  const children = (attributed ? others : [second, ...others]).flatMap(build)
  if (!NODES.has(name)) return children
  const element = document.createElement(name)
  for (const [attribute, check] of Object.entries(ATTRIBUTES[name] ?? {})) {
    const value = attributed && Object.hasOwn(second, attribute) ? check(second[attribute]) : null
    if (value !== null) element.setAttribute(attribute, value)
  }
  element.append(...children)
  return [element]
}

/**
 * Make nodes the children of an element; those that stand there already stay the same nodes, and
 * with them what the reader has selected.
 * @param {Element} parent
 * @param {Node[]} nodes
 */
export function graft(parent, nodes) {
  const old = [...parent.childNodes]
  let start = 0
  while (start < nodes.length && old[start]?.isEqualNode(nodes[start])) start++
  let end = 0
  while (end < Math.min(nodes.length, old.length) - start &&
    old[old.length - 1 - end].isEqualNode(nodes[nodes.length - 1 - end])) end++
  for (const node of old.slice(start, old.length - end)) node.remove()
  const after = old[old.length - end] ?? null
  for (const node of nodes.slice(start, nodes.length - end)) parent.insertBefore(node, after)
}
