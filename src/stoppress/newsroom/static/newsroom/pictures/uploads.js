// The row below a field that takes pictures.

import { hold } from '../held.js'
import { Question } from './question.js'
import { filled, reason, Token } from './request.js'

/**
 * @typedef {import('./request.js').Words} Words
 * @typedef {import('./question.js').Picture} Picture
 * @typedef {(picture: Picture) => string} Use takes a picture, and returns what to say of it
 */

/** The row below a field: a button, what is going on, and a question for each picture. */
export class Uploads {
  #words
  #token
  #said
  #refused
  #asked
  #button
  #cancel
  #cancelling = new AbortController()
  /** @type {Question[]} */
  #questions = []
  #waiting = 0
  #failures = 0
  /** @type {Promise<void>} the file that is being sent, after all before it */
  #last = Promise.resolve()

  /**
   * @param {HTMLTextAreaElement | HTMLInputElement} field
   * @param {Words} words
   * @param {string} label of the button
   * @param {boolean} several whether the button takes several files
   * @param {(files: File[]) => void} chosen
   */
  constructor(field, words, label, several, chosen) {
    this.#words = words
    this.#token = new Token(words)
    const row = Object.assign(document.createElement('div'), { className: 'picture-uploads' })
    const files = Object.assign(document.createElement('input'), { type: 'file', hidden: true })
    files.accept = words.kinds
    files.multiple = several
    this.#button = button(label, () => files.click())
    files.addEventListener('change', () => {
      chosen(Array.from(files.files ?? []))
      files.value = ''
    })
    this.#said = Object.assign(document.createElement('p'), { className: 'help' })
    this.#said.setAttribute('role', 'status')
    this.#cancel = button(words.cancel, () => this.#cancelling.abort())
    this.#cancel.hidden = true
    this.#refused = Object.assign(document.createElement('p'), { className: 'errornote' })
    this.#refused.setAttribute('role', 'alert')
    this.#asked = document.createElement('div')
    row.append(this.#button, files, this.#said, this.#cancel, this.#refused, this.#asked)
    const after = field.closest('.flex-container') ?? field
    after.after(row)
    hold(field.form, { isOpen: () => this.#isOpen(), finish: () => this.#finish() })
  }

  /** @param {File[]} files to be sent one after the other @param {Use} use of each */
  take(files, use) {
    this.#refused.textContent = ''
    if (!this.#waiting) this.#cancelling = new AbortController()
    this.#waiting += files.length
    this.#cancel.hidden = !this.#waiting
    for (const file of files) {
      this.#last = this.#last.then(async () => {
        await this.#upload(file, use)
        this.#waiting -= 1
        if (this.#waiting) return
        if (document.activeElement === this.#cancel) this.#button.focus()
        this.#cancel.hidden = true
      })
    }
  }

  /** @param {File} file @param {Use} use */
  async #upload(file, use) {
    const told = { file: file.name, size: mebibytes(file.size) }
    const failed = (/** @type {string} */ why) =>
      this.#refuse(filled(this.#words.failed, { ...told, why }))
    if (this.#cancelling.signal.aborted) return failed(this.#words.cancelled)
    if (file.size > this.#words.most) return this.#refuse(filled(this.#words.large, told))
    this.#tell(filled(this.#words.loading, told))
    try {
      const { signal } = this.#cancelling
      const picture = await this.#token.send(this.#words.upload, { file }, signal)
      this.#tell(use(picture))
      if (!picture.alt && !Question.isAsked(picture)) this.#ask(picture)
    } catch (error) {
      failed(reason(error))
    }
  }

  #isOpen() {
    const isAsked = this.#questions.some((question) => question.isOpen)
    return this.#waiting > 0 || isAsked || this.#token.isOld
  }

  /** @returns {Promise<boolean>} whether the form can be sent: nothing of it would be lost */
  async #finish() {
    const failures = this.#failures
    if (this.#waiting) this.#tell(`${this.#said.textContent} ${this.#words.held}`)
    this.#said.scrollIntoView({ block: 'nearest' })
    let last
    do {
      last = this.#last
      await last
    } while (last !== this.#last)
    try {
      if (this.#token.isOld) await this.#token.renew()
    } catch (error) {
      this.#refuse(filled(this.#words.unsent, { why: reason(error) }))
    }
    for (const question of this.#questions) if (question.isOpen) await question.save()
    const isDone = this.#failures === failures
    if (!isDone) this.#refused.scrollIntoView({ block: 'center' })
    return isDone
  }

  /** @param {string} words */
  #tell(words) {
    this.#said.textContent = words
  }

  /** @param {string} words they stay, whatever becomes of other files, until more are chosen */
  #refuse(words) {
    this.#failures += 1
    this.#said.textContent = ''
    this.#refused.textContent = [this.#refused.textContent, words].filter(Boolean).join(' ')
  }

  /** @param {Picture} picture whose alternative text is asked for */
  #ask(picture) {
    const question = new Question(picture, this.#words, async (alt) => {
      const address = this.#words.alt.replace('/0/', `/${picture.id}/`)
      this.#refused.textContent = ''
      try {
        await this.#token.send(address, { alt })
      } catch (error) {
        this.#refuse(filled(this.#words.unsaved, { why: reason(error) }))
        return false
      }
      const hadFocus = question.row.contains(document.activeElement)
      question.row.remove()
      this.#questions = this.#questions.filter((each) => each !== question)
      if (hadFocus) (this.#questions[0] ?? this.#button).focus()
      this.#tell(filled(this.#words.saved, { number: picture.id }))
      return true
    })
    this.#questions.push(question)
    this.#asked.append(question.row)
  }
}

/** @param {string} label @param {() => void} pressed */
function button(label, pressed) {
  const made = Object.assign(document.createElement('button'), { type: 'button' })
  made.className = 'button'
  made.textContent = label
  made.addEventListener('click', pressed)
  return made
}

/** @param {number} bytes @returns {string} */
function mebibytes(bytes) {
  const language = document.documentElement.lang || undefined
  return (bytes / 1024 ** 2).toLocaleString(language, { maximumFractionDigits: 1 })
}
