// A reader may dismiss the bar about breaking news. The device remembers the story, so that neither
// a reload nor a change of the story brings it back, in no tab.

import { heed, recall, remember } from './memory.js'

const bar = document.querySelector('.breaking-bar')

/** What was dismissed on this page, whether the device may remember it or not. */
const dismissed = new Set()

function follow() {
  for (const item of bar?.querySelectorAll('[data-key]') ?? []) {
    const key = item.getAttribute('data-key') ?? ''
    item.toggleAttribute('hidden', dismissed.has(key) || recall('breaking', key) !== undefined)
  }
}

bar?.addEventListener('click', ({ target }) => {
  const item = target instanceof Element && target.closest('[data-dismiss]')?.closest('[data-key]')
  if (!item) return
  const key = item.getAttribute('data-key') ?? ''
  dismissed.add(key)
  remember('breaking', key, {})
  follow()
  // The button that had the focus is gone.
  document.querySelector('main')?.focus({ preventScroll: true })
})

bar?.addEventListener('stoppress:event', follow)
heed(follow)
follow()
