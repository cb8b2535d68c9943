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
export function hold(form, work) {
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
