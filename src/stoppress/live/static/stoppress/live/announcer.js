/**
 * Tell a screen reader how many items are new: one sentence per interval, without their text.
 *
 * The site writes the sentence: `<p data-announce aria-live="polite" data-one="1 new story"
 * data-many="{n} new stories" data-every="10">`. With `data-events`, only items of those events count.
 */
export class Announcer {
  #element
  #column
  #reader

  /** @type {Set<string>} keys */
  #new = new Set()

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /**
   * @param {Element | null} element
   * @param {{keep(change: () => void): void}} column makes a change without moving what is being read
   * @param {{isQuiet: boolean}} reader while `isQuiet`, nothing is announced
   */
  constructor(element, column, reader) {
    this.#element = element
    this.#column = column
    this.#reader = reader
    if (!element?.hasAttribute('aria-live')) element?.setAttribute('aria-live', 'polite')
  }

  /** @param {string} key @param {string | true} event that brought the item */
  add(key, event) {
    if (!this.#element) return
    const events = this.#element.getAttribute('data-events')
    if (events && event !== true && !events.split(' ').includes(event)) return
    this.#new.add(key)
    this.#timer ??= this.#wait()
  }

  /** An item was removed, or was revealed. @param {string} [key] none: all items */
  drop(key) {
    if (key === undefined) this.#new.clear()
    else this.#new.delete(key)
  }

  #wait() {
    const seconds = Number(this.#element?.getAttribute('data-every') ?? 10)
    return setTimeout(() => this.#say(), seconds * 1000)
  }

  #say() {
    this.#timer = this.#reader.isQuiet ? this.#wait() : undefined
    const count = this.#new.size
    if (this.#timer || !count) return
    this.#new.clear()
    this.#column.keep(() => this.#element?.replaceChildren(sentence(this.#element, count) ?? ''))
  }
}

/** @param {Element | null} element @param {number} count @returns its sentence for a number */
export function sentence(element, count) {
  return element?.getAttribute(count === 1 ? 'data-one' : 'data-many')?.replace('{n}', `${count}`)
}
