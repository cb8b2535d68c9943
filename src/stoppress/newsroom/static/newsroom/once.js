// The Back button loads a form again, with another token, and the browser restores the typed text.
// This script stores the token with the page's history entry and restores it too, so that the server
// recognises a form that was already sent.

const once = document.querySelector('input[name="once"]')

if (once instanceof HTMLInputElement) {
  const kept = history.state?.once
  if (typeof kept === 'string') once.value = kept
  else history.replaceState({ ...history.state, once: once.value }, '')
}
