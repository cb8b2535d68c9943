/**
 * What this device remembers of what its reader has seen. Nothing of it is ever sent.
 *
 * It is a value for each name of a kind. Where the browser refuses to store, or has no room, it
 * lasts as long as the page.
 */

const KEY = 'stoppress:reading'

/** How many names of a kind are remembered; the one that was written longest ago goes first. */
const MOST = 200
const DAYS = 30

/** @typedef {Record<string, any> & {at: number}} Memory `at`: when it was written, in ms */
/** @typedef {Record<string, Record<string, Memory>>} Kinds */

/** @type {Kinds} */
let own = {}

/** It was stored: where it is no longer, somebody has deleted it. */
let isStored = false

/** Has the site allowed it? Then the page says so. */
function allows() {
  return document.querySelector('[data-remembers]') !== null
}

/** @returns {Kinds} what was stored, by whichever page of the site */
function stored() {
  try {
    const text = localStorage.getItem(KEY)
    const kinds = text !== null ? JSON.parse(text) : isStored ? {} : own
    return isRecord(kinds) ? kinds : {}
  } catch {
    return own
  }
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isRecord(value) {
  return Object(value) === value && !Array.isArray(value)
}

/**
 * @param {string} kind such as `list`
 * @param {string} name such as `news`
 * @returns {Memory | undefined}
 */
export function recall(kind, name) {
  const names = stored()[kind]
  const memory = isRecord(names) && Object.hasOwn(names, name) ? names[name] : undefined
  return allows() && isRecord(memory) ? /** @type {Memory} */ (memory) : undefined
}

/** @param {string} kind @param {string} name @param {Record<string, any>} memory */
export function remember(kind, name, memory) {
  if (!allows()) return
  const at = Date.now()
  const kinds = stored()
  const names = Object.entries(isRecord(kinds[kind]) ? kinds[kind] : {}).filter(([known, each]) => (
    known !== name && at - each?.at < DAYS * 86_400_000
  ))
  own = { ...kinds, [kind]: Object.fromEntries([...names, [name, { ...memory, at }]].slice(-MOST)) }
  store()
}

/** Forget everything that was stored. */
export function forget() {
  own = {}
  try {
    localStorage.removeItem(KEY)
  } catch {
    // Nothing can have been stored.
  }
}

function store() {
  try {
    localStorage.setItem(KEY, JSON.stringify(own))
    isStored = true
  } catch {
    // Refused, or full.
  }
}

/** Call a function whenever another page of the site has remembered something. */
export function heed(/** @type {() => void} */ change) {
  addEventListener('storage', ({ key }) => {
    if (key === KEY || key === null) change()
  })
}

if (!allows()) forget()
