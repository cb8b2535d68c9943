// Uploads pictures from the forms of articles and posts: into the text by paste, by drop or by a
// button, and as the lead picture. One file after the other is sent; the reference to each, such as
// ![](picture:42), goes to where the cursor was. Then its alternative text is asked for. A form that
// is sent meanwhile waits for them. Without this script pictures are uploaded on a page of their own,
// and named by their numbers.
//
// It is one file: no storage of static files puts a digest into what a script would load.

// Holds a form back while something that belongs to it is under way, and sends it afterwards with
// the button that was pressed.

/**
 * @typedef {object} Work that a form waits for
 * @property {() => boolean} isOpen whether there is something to wait for
 * @property {() => Promise<boolean>} finish whether all went well: if not, the form is not sent. It
 *   is sent when its button is pressed again, so that a refusal never locks it.
 */

/** @type {WeakMap<HTMLFormElement, Work[]>} */
const works = new WeakMap()

/** @param {HTMLFormElement | null} form @param {Work} work */
function hold(form, work) {
  if (!form) return
  const known = works.get(form)
  if (known) known.push(work)
  else {
    works.set(form, [work])
    listen(form)
  }
}

/** @param {HTMLFormElement} form */
function listen(form) {
  let isWaiting = false
  /** @type {HTMLElement | null} */
  let sender = null
  const isOpen = () => (works.get(form) ?? []).some((work) => work.isOpen())

  async function finish() {
    isWaiting = true
    const open = (works.get(form) ?? []).filter((work) => work.isOpen())
    const done = await Promise.all(open.map((work) => work.finish()))
    isWaiting = false
    if (done.every(Boolean)) form.requestSubmit(sender)
  }

  form.addEventListener('submit', (event) => {
    if (!isWaiting && !isOpen()) return
    event.preventDefault()
    sender = event.submitter
    if (!isWaiting) finish()
  })
}

// What the scripts of pictures send to the server, and what it says, in words.

/** @typedef {Record<string, string> & {most: number}} Words what the server says of uploads */

const LONGEST = 10 * 60_000 // ms: 40 MiB at half a megabit a second

/** @param {string} text @param {Record<string, unknown>} values @returns {string} */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}

/** @param {unknown} error @returns {string} */
function reason(error) {
  return error instanceof Error ? error.message : String(error)
}

/** The form's token against forged requests. Who signs in again has another one. */
class Token {
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

// A place in a text that is edited meanwhile.

/** A place in a text, first where the cursor is. What is typed at the place comes after it. */
class Place {
  #area
  #text

  /** @param {HTMLTextAreaElement} area */
  constructor(area) {
    this.#area = area
    this.#text = area.value
    this.at = area.selectionEnd
    area.addEventListener('input', () => this.#move())
  }

  #move() {
    const [before, now] = [this.#text, this.#area.value]
    let same = 0
    while (same < this.at && before[same] === now[same]) same += 1
    if (same < this.at) this.at = Math.max(same, this.at + now.length - before.length)
    this.#text = now
  }

  /** Insert something as a paragraph of its own. The place is then after it. @param {string} text */
  insert(text) {
    const { value } = this.#area
    const [before, after] = [value.slice(0, this.at), value.slice(this.at)]
    const above = before.trim() ? '\n'.repeat(2 - endings(before)) : ''
    const whole = `${above}${text}${'\n'.repeat(2 - beginnings(after))}`
    const end = this.at + whole.length
    insert(this.#area, this.at, whole)
    this.at = end
  }
}

/** @param {HTMLTextAreaElement} area @param {number} at @param {string} text it can be undone */
function insert(area, at, text) {
  const [focused, start, end] = [document.activeElement, area.selectionStart, area.selectionEnd]
  area.focus({ preventScroll: true })
  area.setSelectionRange(at, at)
  // The only way that the browser's Undo takes back.
  if (!document.execCommand('insertText', false, text)) {
    area.setRangeText(text, at, at, 'end')
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }
  if (focused !== area && focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  if (start === at && end === at) return // the cursor is after what was inserted
  const moved = (/** @type {number} */ each) => (each > at ? each + text.length : each)
  area.setSelectionRange(moved(start), moved(end))
}

/** @param {string} text @returns {number} how many line ends it ends with, at most two */
function endings(text) {
  return Math.min(2, text.length - text.replace(/\n+$/, '').length)
}

/** @param {string} text @returns {number} how many line ends it begins with, at most two */
function beginnings(text) {
  return Math.min(2, text.length - text.replace(/^\n+/, '').length)
}

// Asks for the alternative text of a picture that was uploaded.

/**
 * @typedef {{id: number, reference: string, alt: string, thumb: string, name: string}} Picture
 */

/** A row with a picture and a field. */
class Question {
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

// The row below a field that takes pictures.

/**
 * @typedef {(picture: Picture) => string} Use takes a picture, and returns what to say of it
 */

/** The row below a field: a button, what is going on, and a question for each picture. */
class Uploads {
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

// The scripts of the page.

/** @param {DataTransfer} data @returns {boolean} whether it has text too, as from a word processor */
function hasText(data) {
  const page = new DOMParser().parseFromString(data.getData('text/html'), 'text/html')
  return Boolean(page.body.textContent?.trim())
}

/** @param {HTMLTextAreaElement} area @returns {boolean} whether its text is HTML */
function isHtml(area) {
  const format = area.form?.elements.namedItem('body_format')
  return format instanceof HTMLSelectElement && format.value === 'html'
}

/** @param {HTMLTextAreaElement} area */
function takeIntoText(area) {
  const words = JSON.parse(area.dataset.pictures ?? '{}')
  /** @type {Place | undefined} */
  let place
  /** @param {File[]} files they all go to one place, in their order */
  const take = (files) => {
    if (place?.at !== area.selectionEnd) place = new Place(area)
    const here = place
    uploads.take(files, (picture) => {
      // A picture in a paragraph of its own is shown with caption and credit.
      here.insert(
        isHtml(area) ? `<img src="${picture.reference}" alt="">` : `![](${picture.reference})`,
      )
      return filled(words.inserted, { number: picture.id })
    })
  }
  const uploads = new Uploads(area, words, words.insert, true, take)
  area.addEventListener('paste', (event) => {
    const data = event.clipboardData
    if (event.defaultPrevented || !data?.files.length || hasText(data)) return
    event.preventDefault()
    take(Array.from(data.files))
  })
  area.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  })
  area.addEventListener('drop', (event) => {
    // Of any kind: the browser would open it, and the server says in words what is no picture.
    if (event.defaultPrevented || !event.dataTransfer?.files.length) return
    event.preventDefault()
    take(Array.from(event.dataTransfer.files))
  })
}

/** @param {HTMLInputElement} input of the lead picture's number */
function takeAsLead(input) {
  const words = JSON.parse(input.dataset.pictures ?? '{}')
  const place = input.closest('.picture-input')
  place?.querySelector('.picture-upload')?.remove() // the button does the same
  const uploads = new Uploads(input, words, words.choose, false, (files) =>
    uploads.take(files, (picture) => {
      input.value = String(picture.id)
      input.dispatchEvent(new Event('change', { bubbles: true }))
      for (const each of place?.querySelectorAll('.picture-thumb, .picture-name') ?? []) {
        each.remove()
      }
      const view = Object.assign(document.createElement('img'), { className: 'picture-thumb' })
      view.src = picture.thumb
      view.alt = ''
      place?.append(view)
      return filled(words.chosen, { number: picture.id })
    }),
  )
}

for (const field of document.querySelectorAll('[data-pictures]')) {
  if (field instanceof HTMLTextAreaElement) takeIntoText(field)
  else if (field instanceof HTMLInputElement) takeAsLead(field)
}
