// A place in a text that is edited meanwhile.

/** A place in a text, first where the cursor is. What is typed at the place comes after it. */
export class Place {
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
