/** Any base that is http: an address may be relative, and then its own scheme counts for nothing. */
const BASE = 'http://base'

/**
 * Say whether an address may stand in a page: http, https, mailto, tel or relative.
 * @param {string} value
 */
export function isAddress(value) {
  try {
    return /^(https?|mailto|tel):$/.test(new URL(value, BASE).protocol)
  } catch {
    return false
  }
}
