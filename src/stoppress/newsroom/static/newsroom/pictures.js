// Uploads pictures from the forms of articles and posts: into the text by paste, by drop or by a
// button, and as the lead picture. One file after the other is sent; the reference to each, such as
// ![](picture:42), goes to where the cursor was. Then its alternative text is asked for. Without this
// script pictures are uploaded on a page of their own, and named by their numbers.

/**
 * @typedef {Record<string, string> & {most: number}} Words what the server says of uploads
 * @typedef {{id: number, reference: string, alt: string, thumb: string, name: string}} Picture
 */

/** @param {string} text @param {Record<string, unknown>} values @returns {string} */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}

/** @param {DataTransfer | null} data @returns {File[]} the pictures in it */
function picturesIn(data) {
  return Array.from(data?.files ?? []).filter((file) => file.type.startsWith('image/'))
}

/** @param {DataTransfer} data @returns {boolean} whether it has text too, as from a word processor */
function hasText(data) {
  const page = new DOMParser().parseFromString(data.getData('text/html'), 'text/html')
  return Boolean(page.body.textContent?.trim())
}

/** @param {HTMLElement} near @returns {string} */
function csrf(near) {
  const token = near.closest('form')?.querySelector('input[name="csrfmiddlewaretoken"]')
  return token instanceof HTMLInputElement ? token.value : ''
}

/**
 * Send a form, and return what the server says.
 * @param {string} address @param {FormData} body @param {Words} words @returns {Promise<any>}
 * @throws {Error} with the reason, in words
 */
async function send(address, body, words) {
  let answer
  try {
    answer = await fetch(address, {
      method: 'POST',
      body,
      headers: { Accept: 'application/json' },
      redirect: 'manual',
    })
  } catch {
    throw new Error(words.away)
  }
  if (answer.type === 'opaqueredirect') throw new Error(words.signed_out)
  const isJson = answer.headers.get('Content-Type')?.startsWith('application/json')
  const said = isJson ? await answer.json() : {}
  if (!answer.ok || !isJson) throw new Error(said.error ?? `${answer.status} ${answer.statusText}`)
  return said
}

/** The row below a field: a button, what is going on, and a question for each picture. */
class Uploads {
  #field
  #words
  #said
  #refused
  #asked
  /** @type {Promise<void>} the file that is being sent, after all before it */
  #last = Promise.resolve()

  /**
   * @param {HTMLElement} field
   * @param {Words} words
   * @param {string} label of the button
   * @param {boolean} several whether the button takes several files
   * @param {(picture: Picture) => string} use takes a picture, and returns what to say of it
   */
  constructor(field, words, label, several, use) {
    this.#field = field
    this.#words = words
    this.use = use
    const row = Object.assign(document.createElement('div'), { className: 'picture-uploads' })
    const files = Object.assign(document.createElement('input'), { type: 'file', hidden: true })
    files.accept = words.kinds
    files.multiple = several
    const button = Object.assign(document.createElement('button'), { type: 'button' })
    button.className = 'button'
    button.textContent = label
    button.addEventListener('click', () => files.click())
    files.addEventListener('change', () => {
      this.take(Array.from(files.files ?? []))
      files.value = ''
    })
    this.#said = Object.assign(document.createElement('p'), { className: 'help' })
    this.#said.setAttribute('role', 'status')
    this.#refused = Object.assign(document.createElement('p'), { className: 'errornote' })
    this.#refused.setAttribute('role', 'alert')
    this.#asked = document.createElement('div')
    row.append(button, files, this.#said, this.#refused, this.#asked)
    const after = field.closest('.flex-container') ?? field
    after.after(row)
  }

  /** @param {File[]} files to be sent one after the other */
  take(files) {
    this.#refused.textContent = ''
    for (const file of files) this.#last = this.#last.then(() => this.#upload(file))
  }

  /** @param {File} file */
  async #upload(file) {
    const told = { file: file.name }
    if (file.size > this.#words.most) return this.#refuse(filled(this.#words.large, told))
    this.#tell(filled(this.#words.loading, told))
    const body = new FormData()
    body.set('csrfmiddlewaretoken', csrf(this.#field))
    body.set('file', file)
    try {
      const picture = await send(this.#words.upload, body, this.#words)
      this.#tell(this.use(picture))
      if (!picture.alt) this.#ask(picture)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#refuse(filled(this.#words.failed, { ...told, why }))
    }
  }

  /** @param {string} words */
  #tell(words) {
    this.#said.textContent = words
  }

  /** @param {string} words they stay, whatever becomes of other files, until more are chosen */
  #refuse(words) {
    this.#said.textContent = ''
    this.#refused.textContent = [this.#refused.textContent, words].filter(Boolean).join(' ')
  }

  /** @param {Picture} picture whose alternative text is asked for */
  #ask(picture) {
    const row = Object.assign(document.createElement('div'), { className: 'picture-asked' })
    const view = Object.assign(document.createElement('img'), { className: 'picture-thumb' })
    view.src = picture.thumb
    view.alt = ''
    const label = document.createElement('label')
    label.textContent = filled(this.#words.ask, { number: picture.id })
    // It has no name, so that the form does not send it.
    const input = Object.assign(document.createElement('input'), { type: 'text', dir: 'auto' })
    input.maxLength = 500
    const button = Object.assign(document.createElement('button'), { type: 'button' })
    button.className = 'button'
    button.textContent = this.#words.save
    const save = async () => {
      const body = new FormData()
      body.set('csrfmiddlewaretoken', csrf(this.#field))
      body.set('alt', input.value)
      this.#refused.textContent = ''
      try {
        await send(this.#words.alt.replace('/0/', `/${picture.id}/`), body, this.#words)
        row.remove()
        this.#tell(filled(this.#words.saved, { number: picture.id }))
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        this.#refuse(filled(this.#words.unsaved, { why }))
      }
    }
    button.addEventListener('click', save)
    input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return
      event.preventDefault() // it would send the form
      save()
    })
    label.append(input)
    row.append(view, label, button)
    this.#asked.append(row)
  }
}

/** A place in a text that stays where it is while the text is edited. */
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

  /** Set it to where the cursor is. */
  set() {
    this.#text = this.#area.value
    this.at = this.#area.selectionEnd
  }

  #move() {
    const [before, now] = [this.#text, this.#area.value]
    let same = 0
    while (same < this.at && before[same] === now[same]) same += 1
    if (same < this.at) this.at = Math.max(same, this.at + now.length - before.length)
    this.#text = now
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

/** @param {HTMLTextAreaElement} area @returns {boolean} whether its text is HTML */
function isHtml(area) {
  const format = area.form?.elements.namedItem('body_format')
  return format instanceof HTMLSelectElement && format.value === 'html'
}

/** @param {string} text @returns {number} how many line ends it ends with, at most two */
function endings(text) {
  return Math.min(2, text.length - text.replace(/\n+$/, '').length)
}

/** @param {string} text @returns {number} how many line ends it begins with, at most two */
function beginnings(text) {
  return Math.min(2, text.length - text.replace(/^\n+/, '').length)
}

/** @param {HTMLTextAreaElement} area */
function takeIntoText(area) {
  const words = JSON.parse(area.dataset.pictures ?? '{}')
  const place = new Place(area)
  const uploads = new Uploads(area, words, words.insert, true, (picture) => {
    const named = isHtml(area)
      ? `<img src="${picture.reference}" alt="">`
      : `![](${picture.reference})`
    // A picture in a paragraph of its own is shown with caption and credit.
    const [before, after] = [area.value.slice(0, place.at), area.value.slice(place.at)]
    const above = before.trim() ? '\n'.repeat(2 - endings(before)) : ''
    insert(area, place.at, `${above}${named}${'\n'.repeat(2 - beginnings(after))}`)
    return filled(words.inserted, { number: picture.id })
  })
  for (const event of ['select', 'keyup', 'pointerup', 'blur']) {
    area.addEventListener(event, () => place.set())
  }
  area.addEventListener('paste', (event) => {
    const data = event.clipboardData
    if (event.defaultPrevented || !data || !picturesIn(data).length || hasText(data)) return
    event.preventDefault()
    place.set()
    uploads.take(picturesIn(data))
  })
  area.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  })
  area.addEventListener('drop', (event) => {
    const files = picturesIn(event.dataTransfer)
    if (event.defaultPrevented || !files.length) return
    event.preventDefault()
    uploads.take(files)
  })
}

/** @param {HTMLInputElement} input of the lead picture's number */
function takeAsLead(input) {
  const words = JSON.parse(input.dataset.pictures ?? '{}')
  const place = input.closest('.picture-input')
  place?.querySelector('.picture-upload')?.remove() // the button does the same
  new Uploads(input, words, words.choose, false, (picture) => {
    input.value = String(picture.id)
    input.dispatchEvent(new Event('change', { bubbles: true }))
    for (const each of place?.querySelectorAll('.picture-thumb, .picture-name') ?? []) each.remove()
    const view = Object.assign(document.createElement('img'), { className: 'picture-thumb' })
    view.src = picture.thumb
    view.alt = ''
    place?.append(view)
    return filled(words.chosen, { number: picture.id })
  })
}

for (const field of document.querySelectorAll('[data-pictures]')) {
  if (field instanceof HTMLTextAreaElement) takeIntoText(field)
  else if (field instanceof HTMLInputElement) takeAsLead(field)
}

export {} // its names are its own
