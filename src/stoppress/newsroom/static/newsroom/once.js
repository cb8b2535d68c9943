// Back fetches a new article's form anew, with another token, while the browser puts the words back
// that were typed. The token is kept with this place in the browser's history, so that the form is
// the same one, and the server knows that it was sent.

const once = document.querySelector('input[name="once"]')

if (once instanceof HTMLInputElement) {
  const kept = history.state?.once
  if (typeof kept === 'string') once.value = kept
  else history.replaceState({ ...history.state, once: once.value }, '')
}
