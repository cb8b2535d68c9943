// A reader may dismiss the bar about breaking news. The device remembers the story, so that neither
// a reload nor a change of the story brings it back.

import { heed, recall, remember } from './memory.js'

const KIND = 'breaking'
const bar = document.querySelector('.breaking-bar')

/** The story that was dismissed on this page, where the device may not remember it. */
let dismissed = ''

function follow() {
  for (const item of bar?.querySelectorAll('[data-key]') ?? []) {
    const key = item.getAttribute('data-key') ?? ''
    item.toggleAttribute('hidden', key === dismissed || recall(KIND, key) !== undefined)
  }
}

bar?.addEventListener('click', ({ target }) => {
  const item = target instanceof Element && target.closest('[data-dismiss]')?.closest('[data-key]')
  if (!item) return
  dismissed = item.getAttribute('data-key') ?? ''
  remember(KIND, dismissed, {})
  follow()
  // The button that had the focus is gone.
  document.querySelector('main')?.focus({ preventScroll: true })
})

bar?.addEventListener('stoppress:event', follow)
heed(follow)
follow()
