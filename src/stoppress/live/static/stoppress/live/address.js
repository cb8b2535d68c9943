/**
 * Return an address that may stand in a page: http, https or relative; null for any other.
 * @param {unknown} value
 */
export function address(value) {
  if (typeof value !== 'string' || !value) return null
  try {
    return /^https?:$/.test(new URL(value, document.baseURI).protocol) ? value : null
  } catch {
    return null
  }
}
