// Keeps the formatting of what is pasted into an article's text from Word, Google Docs or a page. The
// plain text is pasted at once. The server reads the HTML and answers with the text in the body's
// format, which then takes its place: so nothing is lost without an answer, and the first undo brings
// the plain text back. Without this script, and with Ctrl+Shift+V, the plain text is all there is.

const field = document.querySelector('textarea[data-paste]')
// Elements that mean something. Editors of source code write every line as a `div` or a `pre`.
const FORMATTED = /<(?:h[1-6]|[ou]l|table|blockquote|p|a|b|strong|i|em|s|strike|del|sup|sub|hr)[\s>]/i
const MOST = 1_000_000
const WAIT = 10_000 // ms

/** @typedef {{text: string, blocks: boolean, warnings: string[]}} Answer */

/** @param {HTMLTextAreaElement} text */
function keepFormatting(text) {
  const form = text.form
  const status = document.createElement('div')
  status.className = 'help pasted'
  status.setAttribute('role', 'status')
  ;(text.closest('.form-row') ?? text.parentElement ?? text).append(status)
  let pending = 0
  /** @type {HTMLElement | null | undefined} what sends the form once the answer is there */
  let sender

  /** @param {string} name @returns {string} */
  const words = (name) => text.getAttribute(`data-paste-${name}`) ?? ''

  /** @param {string[]} sentences @param {(() => void)} [plainly] */
  function say(sentences, plainly) {
    const lines = sentences.map((sentence) =>
      Object.assign(document.createElement('p'), { textContent: sentence }),
    )
    status.replaceChildren(...lines)
    if (!plainly) return
    const button = Object.assign(document.createElement('button'), { type: 'button' })
    button.className = 'button'
    button.textContent = words('plainly')
    button.addEventListener('click', plainly)
    status.append(button)
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
    if (active instanceof HTMLElement && active !== text) {
      text.scrollTop = scrolled
      active.focus({ preventScroll: true })
    }
  }

  /**
   * Put another text in the place of one that was pasted, and leave the cursor where it is: right
   * after the pasted text it stands before the empty lines that follow.
   * @param {string} pasted @param {string} instead @param {number} start where it was pasted
   * @returns {boolean} whether it was still there
   */
  function exchange(pasted, instead, start) {
    const at = text.value.startsWith(pasted, start) ? start : text.value.indexOf(pasted)
    if (at < 0) return false
    const end = at + pasted.length
    /** @param {number} place @returns {number} */
    const moved = (place) =>
      place === end
        ? at + instead.trimEnd().length
        : place + (place > end ? instead.length - pasted.length : 0)
    const [from, to] = [moved(text.selectionStart), moved(text.selectionEnd)]
    replace(at, end, instead)
    text.setSelectionRange(from, to)
    return true
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
    const start = text.selectionStart
    replace(start, text.selectionEnd, plain)
    say([])
    pending += 1
    const answer = html.length > MOST ? '' : await read(html)
    pending -= 1
    if (typeof answer === 'string') {
      sender = undefined
      say([words('unread'), answer].filter(Boolean))
      return
    }
    const at = text.value.startsWith(plain, start) ? start : text.value.indexOf(plain)
    const instead = answer.blocks && at >= 0 ? apart(answer.text, at, at + plain.length) : answer.text
    if (instead === plain) {
      say(answer.warnings)
    } else if (exchange(plain, instead, start)) {
      say([words('kept'), ...answer.warnings], () => {
        if (exchange(instead, plain, start)) say([])
        text.focus()
      })
    } else {
      sender = undefined
      say([words('changed')])
    }
    if (sender !== undefined && !pending) form?.requestSubmit(sender)
  }

  text.addEventListener('paste', (event) => {
    const html = event.clipboardData?.getData('text/html') ?? ''
    const plain = (event.clipboardData?.getData('text/plain') ?? '').replace(/\r\n?/g, '\n')
    // A picture alone is no text.
    if (event.defaultPrevented || text.readOnly || !plain.trim() || !FORMATTED.test(html)) return
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
