/**
 * Return an address that may stand in a page: of these schemes or relative; null for any other.
 * @param {unknown} value
 * @param {RegExp} schemes
 */
export function address(value, schemes = /^https?:$/) {
  if (typeof value !== 'string' || !value) return null
  try {
    return schemes.test(new URL(value, document.baseURI).protocol) ? value : null
  } catch {
    return null
  }
}
