// Keeps the rest of an article's page in step with the article on it. A withdrawn text must be
// gone from the title and the descriptions too: tabs, bookmarks and share sheets read those. And
// who cannot see the page change is told, once, when a correction or a withdrawal comes.

const feed = document.querySelector('live-feed')
const site = contents('og:site_name')[0]?.content ?? ''

/** @type {Element | null} what has the focus, or had it when it was taken from the page */
let focused = document.activeElement

let before = standing()

/** @param {string} slot a selector; empty: the article itself @returns {Element | null} */
function field(slot) {
  return feed?.querySelector(`[data-key^="article:"] ${slot}`) ?? null
}

/** @param {string} slot @returns {string} what the article on the page says there now */
function shown(slot) {
  return field(`[data-field="${slot}"]`)?.textContent?.trim() ?? ''
}

/** How the article stands: is it there, and of when is its correction? */
function standing() {
  const correction = field('[data-time="correction.date"]')?.getAttribute('datetime') ?? ''
  return { there: shown('headline') !== '', correction }
}

/** @param {string} name @returns {HTMLMetaElement[]} */
function contents(name) {
  return [...document.head.querySelectorAll('meta')].filter(
    (meta) => meta.name === name || meta.getAttribute('property') === name
  )
}

/** Let the head say something, or nothing at all of it. @param {'name' | 'property'} kind */
function say(kind, /** @type {string} */ name, /** @type {string} */ content) {
  const known = contents(name)
  if (!content) {
    for (const meta of known) meta.remove()
    return
  }
  const meta = known[0] ?? document.head.appendChild(document.createElement('meta'))
  meta.setAttribute(kind, name)
  meta.content = content
}

function followArticle() {
  const headline = shown('headline')
  const description = field('')?.getAttribute('data-description') ?? ''
  document.title = `${headline || 'Withdrawn'} – ${site}`
  document.documentElement.lang = field('h1')?.getAttribute('lang') || document.body.lang
  say('property', 'og:title', headline)
  say('property', 'og:description', description)
  say('name', 'description', description)
  // It stands on the page of a withdrawn article, which may be restored.
  if (headline) for (const meta of contents('robots')) meta.remove()

  const now = standing()
  if (before.there && !now.there) {
    tell('withdrawn')
    if (focused?.isConnected === false) heading()?.focus()
  } else if (now.there && !before.there) {
    tell('restored')
  } else if (now.correction && now.correction !== before.correction) {
    tell('corrected')
  }
  before = now
}

/** @param {'corrected' | 'withdrawn' | 'restored'} what */
function tell(what) {
  const status = document.querySelector('[data-tell]')
  status?.replaceChildren(status.getAttribute(`data-${what}`) ?? '')
}

/** @returns {HTMLElement | null} of the notice that stands in a withdrawn article's place */
function heading() {
  return feed?.querySelector('[data-when-empty] h1') ?? null
}

document.addEventListener('focusin', ({ target }) => {
  focused = target instanceof Element ? target : null
})

document.addEventListener('focusout', () => {
  // Not at once: what loses the focus by being taken away is to be remembered until it is told of.
  queueMicrotask(() => {
    if (focused?.isConnected) focused = document.activeElement
  })
})

feed?.addEventListener('stoppress:event', followArticle)
