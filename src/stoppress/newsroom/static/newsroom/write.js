// The form for the next post of a live story, for editors who type fast: Ctrl+Enter presses the
// first button from any field, and Enter leads from the headline to the text. Without this script
// Enter does nothing in a field, and the buttons do the same.

const headline = document.querySelector('input[name="headline"]')
const postForm = headline instanceof HTMLInputElement ? headline.form : null
const text = postForm?.querySelector('textarea[name="body"]')

/** @returns {HTMLButtonElement | null | undefined} the button that publishes, or submits */
function first() {
  return postForm?.querySelector('.submit-row button')
}

postForm?.querySelector('#shortcut')?.removeAttribute('hidden')

postForm?.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.isComposing) return
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault()
    if (!event.repeat) postForm.requestSubmit(first())
  } else if (event.target === headline && text instanceof HTMLTextAreaElement) {
    event.preventDefault()
    text.focus()
  }
})
