import { address } from './address.js'
import { build, graft } from './jsonml.js'
import { tellTime } from './times.js'

const ADDRESSES = /^(href|src|action|formaction|poster|cite|data|background|xlink:href)$/
const FORBIDDEN = /^(on.*|style|srcdoc|srcset|ping)$/

/** @type {Map<string, (element: Element, value: unknown) => void>} */
const SLOTS = new Map(Object.entries({
  'data-field'(element, value) {
    const text = plain(value) ?? ''
    if (element.textContent !== text) element.textContent = text
  },

  'data-if'(element, value) {
    element.toggleAttribute('hidden', empty(value))
  },

  'data-blocks'(element, value) {
    graft(element, Array.isArray(value) ? value.flatMap(build) : [])
  },

  'data-time'(element, value) {
    setAttribute(element, 'datetime', plain(value))
    if (empty(value)) element.textContent = ''
    else tellTime(element)
  }
}))

/**
 * Fill an item's slots. What is the same already is not touched, so that focus and selection stay.
 * @param {Element} root
 * @param {import('./rule.js').Item} item
 */
export function fill(root, item) {
  for (const element of [root, ...root.querySelectorAll('*')]) {
    for (const { name, value } of [...element.attributes]) {
      try {
        if (name.startsWith('data-attr-')) fillAttribute(element, name.slice(10), pick(item, value))
        else SLOTS.get(name)?.(element, pick(item, value))
      } catch (error) {
        // One slot that a policy or a wrong name forbids must not keep the news from the others.
        reportError(error)
      }
    }
  }
}

/** @param {Element} element @param {string} name @param {unknown} value */
function fillAttribute(element, name, value) {
  if (FORBIDDEN.test(name)) return
  setAttribute(element, name, ADDRESSES.test(name) ? address(value) : plain(value))
}

/** @param {Element} element @param {string} name @param {string | null} value */
function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name)
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

/**
 * Return what stands at a dotted path: `section.name`.
 * @param {unknown} value @param {string} path
 */
function pick(value, path) {
  for (const name of path.split('.')) {
    if (!value || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined
    value = /** @type {Record<string, unknown>} */ (value)[name]
  }
  return value
}

/** @param {unknown} value @returns {string | null} null for what has no text */
function plain(value) {
  if (value === true) return ''
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

/** @param {unknown} value */
function empty(value) {
  if (value && typeof value === 'object') return !Object.keys(value).length
  return value === undefined || value === null || value === '' || value === false
}
