// What the scripts of pictures send to the server, and what it says, in words.

/** @typedef {Record<string, string> & {most: number}} Words what the server says of uploads */

const LONGEST = 10 * 60_000 // ms: 40 MiB at half a megabit a second

/** @param {string} text @param {Record<string, unknown>} values @returns {string} */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}

/** @param {unknown} error @returns {string} */
export function reason(error) {
  return error instanceof Error ? error.message : String(error)
}

/** The form's token against forged requests. Who signs in again has another one. */
export class Token {
  #address
  #words
  isOld = false

  /** @param {Words} words */
  constructor(words) {
    this.#address = words.upload
    this.#words = words
  }

  /** @returns {string} */
  get value() {
    const input = document.querySelector('input[name="csrfmiddlewaretoken"]')
    return input instanceof HTMLInputElement ? input.value : ''
  }

  /** Ask for the present one, and write it into every form of the page. @throws {Error} in words */
  async renew() {
    const answer = await ask(this.#address, {}, this.#words)
    this.isOld = answer.type === 'opaqueredirect'
    const { token } = await said(answer, this.#words)
    for (const input of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) {
      input.setAttribute('value', token)
    }
  }

  /**
   * Send a form, and return what the server says.
   * @param {string} address @param {Record<string, string | File>} values
   * @param {AbortSignal} [signal] cancels it
   * @returns {Promise<any>} @throws {Error} with the reason, in words
   */
  async send(address, values, signal) {
    const sent = async () => {
      const body = new FormData()
      const all = { csrfmiddlewaretoken: this.value, ...values }
      for (const [name, value] of Object.entries(all)) body.set(name, value)
      const limit = AbortSignal.timeout(LONGEST)
      // A browser without `any` has no limit of time.
      const ends = signal ? (AbortSignal.any?.([signal, limit]) ?? signal) : limit
      return ask(address, { method: 'POST', body, signal: ends }, this.#words)
    }
    let answer = await sent()
    if (answer.status === 403) {
      await this.renew()
      answer = await sent()
    }
    if (answer.type === 'opaqueredirect') this.isOld = true
    return said(answer, this.#words)
  }
}

/** @param {string} address @param {RequestInit} how @param {Words} words @returns {Promise<Response>} */
async function ask(address, how, words) {
  try {
    const headers = { Accept: 'application/json' }
    return await fetch(address, { ...how, headers, redirect: 'manual' })
  } catch (error) {
    const name = error instanceof DOMException ? error.name : ''
    const why = { AbortError: words.cancelled, TimeoutError: words.slow }[name]
    throw new Error(why ?? words.away)
  }
}

/** @param {Response} answer @param {Words} words @returns {Promise<any>} */
async function said(answer, words) {
  if (answer.type === 'opaqueredirect') throw new Error(words.signed_out)
  const isJson = answer.headers.get('Content-Type')?.startsWith('application/json')
  const told = isJson ? await answer.json() : {}
  if (answer.ok && isJson) return told
  if (answer.status === 403) throw new Error(words.forbidden)
  throw new Error(told.error ?? `${answer.status} ${answer.statusText}`)
}
