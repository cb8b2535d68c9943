// Keeps the title and the head of an article's page in step with the article. A withdrawn text must
// also disappear from them, because tabs, bookmarks and share sheets show them. The script also
// tells a screen reader once when a correction or a withdrawal comes, or the article is restored.

const feed = document.querySelector('live-feed')
const site = contents('og:site_name')[0]?.content ?? ''

/** @type {Element | null} the element that has the focus, or had it when it was removed */
let focused = document.activeElement

let before = standing()

/** @param {string} [within] a selector @returns {Element | null} the article, or an element in it */
function part(within = '') {
  return feed?.querySelector(`[data-key^="article:"] ${within}`) ?? null
}

/** @param {string} within @returns {string} the text there as one line; empty if it is not there */
function shown(within) {
  return part(within)?.textContent?.trim().replace(/\s+/g, ' ') ?? ''
}

/** Returns whether the article is on the page, and the date of its correction. */
function standing() {
  const correction = part('.story-correction time')?.getAttribute('datetime') ?? ''
  return { there: shown('h1') !== '', correction }
}

/** @param {string} name @returns {HTMLMetaElement[]} */
function contents(name) {
  return [...document.head.querySelectorAll('meta')].filter(
    (meta) => meta.name === name || meta.getAttribute('property') === name
  )
}

/** Sets a `meta` element; empty content removes it. @param {'name' | 'property'} kind */
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
  const headline = shown('h1')
  // The summary, or the opening of a text without one.
  const opening = part()?.getAttribute('data-description')
  const description = shown('.story-standfirst') || (opening ?? '')
  const without = document.querySelector('[data-tell]')?.getAttribute('data-title')
  document.title = `${headline || without} – ${site}`
  // The title's own, where it is an article's headline.
  document.documentElement.lang = part('h1')?.getAttribute('lang') || document.body.lang
  document.documentElement.dir = part('h1')?.getAttribute('dir') || document.body.dir
  say('property', 'og:title', headline)
  say('property', 'og:description', description)
  say('name', 'description', description)
  // The page of a withdrawn article has a `noindex`, which ends when the article is restored.
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

/** @returns {HTMLElement | null} the heading of the notice in place of a withdrawn article */
function heading() {
  return feed?.querySelector('[data-when-empty] h1') ?? null
}

document.addEventListener('focusin', ({ target }) => {
  focused = target instanceof Element ? target : null
})

document.addEventListener('focusout', () => {
  // Deferred: an element that loses the focus because it was removed must stay in `focused`.
  queueMicrotask(() => {
    if (focused?.isConnected) focused = document.activeElement
  })
})

let scrolled = scrollY
/** @type {number | null} where the page stood while the article is away for a moment */
let held = null

addEventListener('scroll', () => (scrolled = scrollY), { passive: true })

feed?.addEventListener('stoppress:event', (event) => {
  const { detail } = /** @type {CustomEvent} */ (event)
  if (detail.op === 'remove' && detail.event !== 'article.retracted') {
    // An older version was withdrawn: the article is put again at once, as it stands.
    held = scrolled
    return
  }
  followArticle()
  if (held !== null) scrollTo({ top: held, behavior: 'instant' })
  held = null
})
