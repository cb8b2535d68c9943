// Keeps what is typed into the form for the next post while its page is left before it is sent: for
// another page, for a pin below the form, or for the login page once the session has ended. It is
// kept in this tab, for this editor and story, and is back when the form is opened again. It goes
// once the server says in a message that it was saved, or with "Cancel".

const story = document.querySelector('input[name="story"][data-editor]')
const form = story instanceof HTMLInputElement ? story.form : null
const place = story instanceof HTMLInputElement ? `${story.dataset.editor}.${story.value}` : ''
const UNSENT = 'stoppress.unsent.'
const SENT = 'stoppress.sent.'
// The server's own; it is no matter whether they are kept.
const OWN = ['csrfmiddlewaretoken', 'story', 'once', 'another']

/** @typedef {{once: string, values: Record<string, string[]>}} Unsent */

/** @returns {string} the form's token, by which the server recognises it */
function token() {
  return form?.querySelector('input[name="once"]')?.getAttribute('value') ?? ''
}

/** @param {HTMLFormElement} form @returns {Record<string, string[]>} what it would send, by name */
function typed(form) {
  /** @type {Record<string, string[]>} */
  const values = {}
  for (const [name, value] of new FormData(form)) {
    if (!OWN.includes(name) && typeof value === 'string') (values[name] ??= []).push(value)
  }
  // Of two lists side by side the second has what is chosen; it is selected as the form is sent.
  for (const list of form.querySelectorAll('select[multiple][name][id$="_to"]')) {
    if (!(list instanceof HTMLSelectElement)) continue
    values[list.name] = Array.from(list.options, (option) => option.value)
  }
  return Object.fromEntries(Object.entries(values).filter(([, all]) => all.some(Boolean)))
}

/** @param {HTMLFormElement} form @returns {string} what it would send as it was served */
function served(form) {
  const copy = /** @type {HTMLFormElement} */ (form.cloneNode(true))
  copy.reset()
  return JSON.stringify(typed(copy))
}

/** @param {Unsent} unsent */
function restore(unsent) {
  for (const field of form?.elements ?? []) {
    const name = field.getAttribute('name') ?? ''
    if (!name || OWN.includes(name)) continue
    const all = unsent.values[name] ?? []
    if (field instanceof HTMLSelectElement) {
      for (const option of field.options) option.selected = all.includes(option.value)
      if (!field.multiple) field.value = all[0] ?? ''
    } else if (field instanceof HTMLInputElement && ['checkbox', 'radio'].includes(field.type)) {
      field.checked = all.includes(field.value)
    } else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
      field.value = all[0] ?? ''
      // The zone of a time stands beside it.
      const zone = field.closest('.timezone-served')?.querySelector('.timezone')
      if (zone && field.type === 'hidden' && field.value) zone.textContent = field.value
    }
  }
  form?.querySelector('input[name="once"]')?.setAttribute('value', unsent.once)
}

for (const sent of document.querySelectorAll('[data-sent]')) {
  const once = sent.getAttribute('data-sent')
  sessionStorage.setItem(SENT + once, '')
  for (const key of Object.keys(sessionStorage).filter((each) => each.startsWith(UNSENT))) {
    const unsent = JSON.parse(sessionStorage.getItem(key) ?? '{}')
    if (unsent.once === once) sessionStorage.removeItem(key)
  }
}

if (form && story instanceof HTMLInputElement) {
  // A form that the server has refused has all that was typed.
  const isRefused = 'refused' in story.dataset
  const empty = isRefused ? '' : served(form)
  const kept = isRefused ? null : sessionStorage.getItem(UNSENT + place)
  if (kept) restore(JSON.parse(kept))
  let isCancelled = false
  form.querySelector('.closelink')?.addEventListener('click', () => (isCancelled = true))
  addEventListener('pageshow', () => (isCancelled = false))
  addEventListener('pagehide', () => {
    // The Back button shows the form of a post that is saved.
    if (sessionStorage.getItem(SENT + token()) !== null) return
    const values = typed(form)
    if (isCancelled || JSON.stringify(values) === empty) {
      sessionStorage.removeItem(UNSENT + place)
    } else {
      sessionStorage.setItem(UNSENT + place, JSON.stringify({ once: token(), values }))
    }
  })
}

export {} // its names are its own
