// Asks for the alternative text of a picture that was uploaded.

import { filled } from './request.js'

/**
 * @typedef {import('./request.js').Words} Words
 * @typedef {{id: number, reference: string, alt: string, thumb: string, name: string}} Picture
 */

/** A row with a picture and a field. */
export class Question {
  #row
  #input
  #send
  #refused = '' // what the server did not take

  /**
   * @param {Picture} picture @param {Words} words
   * @param {(alt: string) => Promise<boolean>} send whether the server has taken it
   */
  constructor(picture, words, send) {
    this.#send = send
    this.#row = Object.assign(document.createElement('div'), { className: 'picture-asked' })
    this.#row.dataset.picture = String(picture.id)
    const view = Object.assign(document.createElement('img'), { className: 'picture-thumb' })
    view.src = picture.thumb
    view.alt = ''
    const label = document.createElement('label')
    label.textContent = filled(words.ask, { number: picture.id })
    // It has no name, so that the form does not send it.
    this.#input = Object.assign(document.createElement('input'), { type: 'text', dir: 'auto' })
    this.#input.maxLength = 500
    const button = Object.assign(document.createElement('button'), { type: 'button' })
    button.className = 'button'
    button.textContent = words.save
    button.addEventListener('click', () => this.save())
    this.#input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return
      event.preventDefault() // it would send the form
      this.save()
    })
    label.append(this.#input)
    this.#row.append(view, label, button)
  }

  /** @param {Picture} picture @returns {boolean} whether the page asks about it already */
  static isAsked(picture) {
    return Boolean(document.querySelector(`.picture-asked[data-picture="${picture.id}"]`))
  }

  get row() {
    return this.#row
  }

  focus() {
    this.#input.focus()
  }

  /** @returns {boolean} whether it has words that the server does not know, and has not refused */
  get isOpen() {
    const alt = this.#input.value.trim()
    return this.#row.isConnected && alt !== '' && alt !== this.#refused
  }

  /** @returns {Promise<boolean>} whether the server has taken it */
  async save() {
    const alt = this.#input.value.trim()
    const isTaken = await this.#send(alt)
    this.#refused = isTaken ? '' : alt
    return isTaken
  }
}
