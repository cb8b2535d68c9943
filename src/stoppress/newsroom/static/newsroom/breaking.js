// A reader may dismiss the bar about breaking news. The device remembers the story, so that neither
// a reload nor a change of the story brings it back.

const DISMISSED = 'stoppress:dismissed'
const bar = document.querySelector('.breaking-bar')

/** What was dismissed, where the page cannot store it. */
let dismissed = ''

try {
  dismissed = localStorage.getItem(DISMISSED) ?? ''
} catch {
  // The browser allows no storage: the page alone remembers.
}

function follow() {
  for (const item of bar?.querySelectorAll('[data-key]') ?? []) {
    item.toggleAttribute('hidden', item.getAttribute('data-key') === dismissed)
  }
}

bar?.addEventListener('click', ({ target }) => {
  const item = target instanceof Element && target.closest('[data-dismiss]')?.closest('[data-key]')
  if (!item) return
  dismissed = item.getAttribute('data-key') ?? ''
  try {
    localStorage.setItem(DISMISSED, dismissed)
  } catch {
    // As above.
  }
  follow()
  // The button that had the focus is gone.
  document.querySelector('main')?.focus({ preventScroll: true })
})

bar?.addEventListener('stoppress:event', follow)
follow()
