// Keeps the formatting of what is pasted into an article's text from Word, Google Docs or a page. The
// plain text is pasted at once. The server reads the HTML and answers with the text in the body's
// format, which then takes its place: so nothing is lost without an answer, and the first undo brings
// the plain text back. Without this script, and with Ctrl+Shift+V, the plain text is all there is.

const field = document.querySelector('textarea[data-paste]')
// Elements that mean something. Editors of source code write every line as a `div` or a `pre`.
const FORMATTED = /<(?:h[1-6]|[ou]l|table|blockquote|p|a|b|strong|i|em|s|strike|del|sup|sub|hr)[\s>]/i
// So do styles: a part of a line of Word on the web has nothing else. Editors of source code colour
// their words, and say that spaces count.
const STYLED =
  /<span\b[^<>]*(?:font-weight\s*:\s*(?:bold|[6-9]00)|font-style\s*:\s*italic|line-through|vertical-align\s*:\s*su(?:per|b))/i
const CODE = /white-space\s*:\s*pre\s*[;"']/i
const MOST = 1_000_000
const WAIT = 10_000 // ms

/** @typedef {{text: string, blocks: boolean, warnings: string[]}} Answer */
/** @typedef {{at: number, text: string, said: HTMLElement}} Pasted a pasted text, where it stands */

/** @param {HTMLTextAreaElement} text */
function keepFormatting(text) {
  const form = text.form
  const status = document.createElement('div')
  status.className = 'help pasted'
  status.setAttribute('role', 'status')
  status.setAttribute('aria-atomic', 'false')
  ;(text.closest('.form-row') ?? text.parentElement ?? text).append(status)
  let pending = 0
  /** @type {HTMLElement | null | undefined} what sends the form once the answer is there */
  let sender

  /** @param {string} name @returns {string} */
  const words = (name) => text.getAttribute(`data-paste-${name}`) ?? ''

  /**
   * Say what became of a pasted text. Only the last one has a button; the sentences about those
   * before stay, because nothing else tells of what was left out.
   * @param {Pasted} pasted @param {string[]} sentences @param {(() => void)} [plainly]
   */
  function say(pasted, sentences, plainly) {
    const lines = sentences.map((sentence) =>
      Object.assign(document.createElement('p'), { textContent: sentence }),
    )
    pasted.said.replaceChildren(...lines)
    if (!plainly || pasted !== places.at(-1)) return
    const kept = Object.assign(document.createElement('p'), { textContent: words('kept') })
    const button = Object.assign(document.createElement('button'), { type: 'button' })
    button.className = 'button of-last'
    kept.className = 'of-last'
    button.textContent = words('plainly')
    button.addEventListener('click', plainly)
    pasted.said.prepend(kept)
    pasted.said.append(button)
  }

  /** @type {Pasted[]} */
  const places = []
  let before = text.value

  /** Keep the places of the pasted texts after a change of the text before them. */
  function follow() {
    const now = text.value
    if (now === before) return
    const shorter = Math.min(now.length, before.length)
    // The cursor stands after what was typed, so "a" typed before "a" is known.
    const most = Math.min(shorter, now.length - text.selectionEnd)
    let below = 0
    while (below < most && now.at(-1 - below) === before.at(-1 - below)) below += 1
    const moved = now.length - before.length
    for (const place of places) if (place.at >= before.length - below) place.at += moved
    before = now
  }

  /** @param {number} start @param {number} end @param {string} inserted */
  function replace(start, end, inserted) {
    const active = document.activeElement
    const scrolled = text.scrollTop
    text.focus({ preventScroll: true })
    text.setSelectionRange(start, end)
    // Old, and the only way that the browser's undo knows.
    if (!document.execCommand('insertText', false, inserted)) {
      text.setRangeText(inserted, start, end, 'end')
      text.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }))
    }
    follow()
    if (active instanceof HTMLElement && active !== text) {
      text.scrollTop = scrolled
      active.focus({ preventScroll: true })
    }
  }

  /** @param {Pasted} pasted @returns {boolean} whether it still stands there as it was pasted */
  function stands(pasted) {
    follow()
    return text.value.startsWith(pasted.text, pasted.at)
  }

  /**
   * Put another text in the place of a pasted one that stands there, and leave the cursor where it
   * is: right after the pasted text it stands before the empty lines that follow.
   * @param {Pasted} pasted @param {string} instead
   */
  function exchange(pasted, instead) {
    const { at } = pasted
    const end = at + pasted.text.length
    const longer = instead.length - pasted.text.length
    /** @param {number} place @returns {number} */
    const moved = (place) =>
      place === end
        ? at + instead.trimEnd().length
        : place + (place > end ? longer : 0)
    const [from, to] = [moved(text.selectionStart), moved(text.selectionEnd)]
    replace(at, end, instead)
    pasted.text = instead
    text.setSelectionRange(from, to)
  }

  /** @param {string} html @returns {Promise<Answer | string>} the answer, or why there is none */
  async function read(html) {
    const sent = new FormData()
    const format = form?.elements.namedItem('body_format')
    const token = form?.querySelector('input[name="csrfmiddlewaretoken"]')
    sent.set('html', html)
    sent.set('body_format', format instanceof HTMLSelectElement ? format.value : 'markdown')
    sent.set('csrfmiddlewaretoken', token?.getAttribute('value') ?? '')
    try {
      const answer = await fetch(text.dataset.paste ?? '', {
        method: 'POST',
        body: sent,
        redirect: 'manual', // to the sign-in page
        signal: AbortSignal.timeout(WAIT),
      })
      const said = await answer.json()
      return answer.ok ? said : said.detail
    } catch {
      return ''
    }
  }

  /** @param {string} block @param {number} start @param {number} end @returns {string} */
  function apart(block, start, end) {
    const before = text.value.slice(0, start)
    const after = text.value.slice(end)
    const above = !before.trim() || /\n\s*\n$/.test(before) ? '' : before.endsWith('\n') ? '\n' : '\n\n'
    const below = !after.trim() || /^\n\s*\n/.test(after) ? '' : after.startsWith('\n') ? '\n' : '\n\n'
    return above + block + below
  }

  /** @param {string} html @param {string} plain */
  async function paste(html, plain) {
    const at = text.selectionStart
    replace(at, text.selectionEnd, plain)
    for (const passed of status.querySelectorAll('.of-last')) passed.remove()
    const pasted = { at, text: plain, said: document.createElement('div') }
    places.push(pasted)
    status.append(pasted.said)
    pending += 1
    const answer = html.length > MOST ? '' : await read(html)
    pending -= 1
    if (typeof answer === 'string') {
      sender = undefined
      say(pasted, [words('unread'), answer].filter(Boolean))
      return
    }
    if (!stands(pasted)) {
      sender = undefined
      say(pasted, [words('changed')])
      return
    }
    const end = pasted.at + plain.length
    const instead = answer.blocks ? apart(answer.text, pasted.at, end) : answer.text
    if (instead === plain) {
      say(pasted, answer.warnings)
    } else {
      exchange(pasted, instead)
      say(pasted, answer.warnings, () => {
        if (stands(pasted)) {
          exchange(pasted, plain)
          say(pasted, [])
        } else {
          say(pasted, [...answer.warnings, words('stays')])
        }
        text.focus()
      })
    }
    if (sender !== undefined && !pending) form?.requestSubmit(sender)
  }

  text.addEventListener('input', follow)

  text.addEventListener('paste', (event) => {
    const html = event.clipboardData?.getData('text/html') ?? ''
    const plain = (event.clipboardData?.getData('text/plain') ?? '').replace(/\r\n?/g, '\n')
    const formatted = FORMATTED.test(html) || (STYLED.test(html) && !CODE.test(html))
    // A picture alone is no text.
    if (event.defaultPrevented || text.readOnly || !plain.trim() || !formatted) return
    event.preventDefault()
    paste(html, plain)
  })

  form?.addEventListener('submit', (event) => {
    if (!pending) return
    event.preventDefault()
    sender = event.submitter
  })
}

if (field instanceof HTMLTextAreaElement) keepFormatting(field)

export {} // its names are its own
