/** @typedef {import('./transports.js').Ear} Ear */

const TOO_MANY = 429

// Seconds between two polls: at least, at most, and if the answer names none.
const LEAST = 0.1
const MOST = 60
const UNSAID = 5

/** Poll once; a refusal's close code is 4000 plus the status. */
export class PollTransport {
  #leaving = new AbortController()

  /**
   * @param {URL} url with its streams sorted, so that caches can share the answer
   * @param {Ear} ear
   * @param {string} [token]
   */
  constructor(url, ear, token) {
    const { signal } = this.#leaving
    const headers = token ? { Authorization: `Bearer ${token}` } : undefined
    read(fetch(url, { signal, headers })).then(([frames, end]) => {
      for (const frame of frames) if (!signal.aborted) ear.frame(frame)
      if (!signal.aborted) end(ear)
    })
  }

  close() {
    this.#leaving.abort()
  }
}

/**
 * @param {Promise<Response>} asked
 * @returns {Promise<[unknown[], (ear: Ear) => void]>} frames, and how it ends
 */
async function read(asked) {
  try {
    const answer = await asked
    const { status } = answer
    if (answer.ok) {
      const { frames, cursors, next } = await answer.json()
      // Precise to a second, and old if it comes from a cache.
      const time = answer.headers.get('Date')
      return [[...frames, { type: 'heartbeat', cursors, time }], (ear) => ear.done(pause(next))]
    }
    // The text may be a proxy's, with numbers in it that are not seconds.
    const reason = status < TOO_MANY ? await answer.text() : answer.headers.get('Retry-After') ?? ''
    return [[], (ear) => ear.close(4000 + status, reason)]
  } catch (error) {
    return [[], (ear) => ear.close(1006, String(error))]
  }
}

/** @param {number} next seconds that the answer asks to wait */
function pause(next) {
  return Math.max(next >= 0 ? Math.min(next, MOST) : UNSAID, LEAST)
}
