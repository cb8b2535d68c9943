// The Back button loads a form again: with another token, with the present version, and with times in
// the zone that the editor may have chosen meanwhile. The browser restores the typed text alone. This
// script keeps the token, the version that the text was made from, and the times with their zones in
// the page's history entry, and restores them. So the server recognises a form that was sent before,
// and merges what others have changed since. It keeps the questions, too, that the form has asked.

const form = document.querySelector('input[name="once"]')?.closest('form')

/** @param {string} name @returns {HTMLInputElement | null} */
function input(name) {
  return document.querySelector(`input[name="${CSS.escape(name)}"]`)
}

/** @returns {HTMLInputElement[]} the zones of the form's times */
function zones() {
  return Array.from(document.querySelectorAll('.timezone-served input[type="hidden"]'))
}

/** @returns {string[]} the names of the inputs that are kept */
function names() {
  // Of a time `expires_3` is the zone, `expires_0` the date and `expires_1` the time of day.
  const times = zones().map((zone) => zone.name.slice(0, -1))
  return ['once', 'read_version', ...times.flatMap((time) => [`${time}3`, `${time}0`, `${time}1`])]
}

/** @returns {HTMLInputElement[]} */
function questions() {
  return Array.from(document.querySelectorAll('input[name="asked"]'))
}

function keep() {
  const values = names().map((name) => [name, input(name)?.value])
  const asked = questions().map((question) => question.value)
  history.replaceState({ ...history.state, kept: Object.fromEntries(values), asked }, '')
}

/** @param {Record<string, string | undefined>} kept */
function restore(kept) {
  for (const name of names()) {
    const found = input(name)
    if (found && kept[name] !== undefined) found.value = kept[name]
  }
  for (const zone of zones()) {
    const shown = zone.closest('.timezone-served')?.querySelector('.timezone')
    if (shown) shown.textContent = zone.value
  }
}

/** @param {string[]} asked questions that are undecided, though the page that is loaded has none */
function restoreQuestions(asked) {
  const there = questions().map((question) => question.value)
  for (const value of asked.filter((each) => !there.includes(each))) {
    const question = Object.assign(document.createElement('input'), { type: 'hidden', value })
    question.name = 'asked'
    form?.append(question)
  }
}

/** @returns {boolean} whether the page was opened by Back or Forward */
function isBack() {
  const [visit] = performance.getEntriesByType('navigation')
  return visit instanceof PerformanceNavigationTiming && visit.type === 'back_forward'
}

if (form) {
  const kept = history.state?.kept
  // Loaded anew, a form has the present texts too: only the token stays.
  if (kept) restore(isBack() ? kept : { once: kept.once })
  if (isBack()) restoreQuestions(history.state?.asked ?? [])
  keep()
  for (const event of ['change', 'focusout', 'submit']) form.addEventListener(event, keep)
}
