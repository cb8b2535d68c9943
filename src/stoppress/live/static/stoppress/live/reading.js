/** @typedef {import('./rule.js').Frame} Frame */

/**
 * Return the frame in a message, which is text or already parsed; null if there is none.
 * @param {unknown} data
 * @returns {Frame | null}
 */
export function read(data) {
  try {
    const frame = typeof data === 'string' ? JSON.parse(data) : data
    return Object(frame) === frame ? frame : null
  } catch {
    return null
  }
}

/**
 * Return the milliseconds of the first number of seconds that a reason names.
 * @param {string} reason such as `restart, come back within 30 s`
 */
export function named(reason) {
  return Number(/\d+(\.\d+)?/.exec(reason)?.[0] ?? 0) * 1000
}
