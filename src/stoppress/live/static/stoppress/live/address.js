const WEB = /^https?:$/
const LINK = /^(https?|mailto|tel):$/

/**
 * Return an address that may stand in a page: http, https or relative; null for any other.
 * @param {unknown} value
 */
export function address(value) {
  return checked(value, WEB)
}

/**
 * Return what a link may go to: such an address, or somebody's mail or telephone.
 * @param {unknown} value
 */
export function linkAddress(value) {
  return checked(value, LINK)
}

/**
 * @param {unknown} value
 * @param {RegExp} schemes
 */
function checked(value, schemes) {
  if (typeof value !== 'string') return null
  try {
    return schemes.test(new URL(value, document.baseURI).protocol) ? value : null
  } catch {
    return null
  }
}
