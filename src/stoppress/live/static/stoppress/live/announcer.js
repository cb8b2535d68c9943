/**
 * Tell a screen reader how many items are new: one sentence for each while, never their text.
 *
 * The sentence is the site's: `<p data-announce aria-live="polite" data-one="1 new story"
 * data-many="{n} new stories" data-every="10">`. With `data-events`, only items of those events count.
 */
export class Announcer {
  #element
  #keep
  #count = 0

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /**
   * @param {Element | null} element
   * @param {(change: () => void) => void} keep makes a change without moving what is being read
   */
  constructor(element, keep) {
    this.#element = element
    this.#keep = keep
    if (!element?.hasAttribute('aria-live')) element?.setAttribute('aria-live', 'polite')
  }

  /** @param {string | true} event that brought the item; true: one that was held back */
  add(event) {
    const events = this.#element?.getAttribute('data-events')
    if (events && event !== true && !events.split(' ').includes(event)) return
    this.#count++
    const seconds = Number(this.#element?.getAttribute('data-every') ?? 10)
    this.#timer ??= setTimeout(() => this.#say(), seconds * 1000)
  }

  #say() {
    const name = this.#count === 1 ? 'data-one' : 'data-many'
    const sentence = this.#element?.getAttribute(name)?.replace('{n}', `${this.#count}`) ?? ''
    this.#keep(() => this.#element?.replaceChildren(sentence))
    this.#count = 0
    this.#timer = undefined
  }
}
