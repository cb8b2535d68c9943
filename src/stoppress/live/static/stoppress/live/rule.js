/**
 * An item of a stream. All fields except these four are the site's own.
 * @typedef {{
 *   key: string, version?: number, order?: string, view?: unknown, [field: string]: unknown
 * }} Item
 */

/**
 * A frame from the server; which fields it has depends on its type.
 * @typedef {{
 *   type: string, stream: string, cursor: string, after?: string, op?: string, event?: string,
 *   key?: string, item?: Item, redacts?: boolean, redacted?: boolean,
 *   reason?: string, limit?: number | null, floor?: string | null, items?: Item[],
 *   cursors?: Record<string, string>, time?: string, heartbeat?: number, build?: string,
 *   within?: number
 * }} Frame
 */

/** @typedef {'apply' | 'drop' | 'ask'} Verdict */

/**
 * Return a cursor's position; NaN, which is neither above nor below any number, if it is invalid.
 * @param {string | null | undefined} cursor such as `1041-9f86d081884c7d65`
 */
export function position(cursor) {
  const parts = /^(\d+)-[0-9a-f]{16}$/.exec(cursor ?? '')
  return parts ? Number(parts[1]) : NaN
}

/**
 * Decide what to do with a frame at a cursor.
 * @param {string | null} mine null before the first snapshot
 * @param {Frame} frame a heartbeat needs `stream` set to the stream in question
 * @returns {Verdict} for an unknown type: drop
 */
export function decide(mine, { type, stream, after, cursor, cursors }) {
  if (type === 'snapshot') return 'apply'
  if (type === 'event') {
    if (mine !== null && after === mine) return 'apply'
    return cursor === mine || position(cursor) < position(mine) ? 'drop' : 'ask'
  }
  // If the heartbeat's cursor is not mine, an event was sent and never came.
  if (type === 'live') return cursor === mine ? 'apply' : 'ask'
  if (type !== 'heartbeat') return 'drop'
  const sent = cursors?.[stream]
  return sent === undefined || sent === mine ? 'apply' : 'ask'
}

/**
 * Return the cursor from which several readers of one stream can all continue.
 * @param {Iterable<string | null>} cursors
 * @returns {string | null} null: only a snapshot serves them all
 */
export function lowest(cursors) {
  const [first, ...others] = new Set(cursors)
  return others.reduce((low, other) => {
    if (position(low) < position(other)) return low
    return position(other) < position(low) ? other : null
  }, first ?? null)
}
