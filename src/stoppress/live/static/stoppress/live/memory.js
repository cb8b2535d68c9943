/**
 * Return the ladder's last rung for an address, and the time since when; `[]` if unknown.
 * @param {string} address
 * @returns {number[]}
 */
export function recall(address) {
  try {
    return [...JSON.parse(localStorage[`stoppress ${address}`])]
  } catch {
    return []
  }
}

/** Store the rung for the next page, and for all tabs. @param {string} address @param {number} rung */
export function remember(address, rung) {
  if (recall(address)[0] === rung) return
  try {
    localStorage[`stoppress ${address}`] = JSON.stringify([rung, Date.now()])
  } catch {
    // Storage is full or forbidden: the next page begins with the best transport.
  }
}
