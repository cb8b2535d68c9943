// Keeps the title and the head of a page in step with the article, or the post, that it is about. A
// withdrawn text must also disappear from them, because tabs, bookmarks and share sheets show them.
// A post that only left this page, because it was pinned, told of another time or moved to another
// story, keeps the title: a link says where it is.
// The script also tells a screen reader once when a correction or a withdrawal comes, the article
// is restored, or the coverage pauses, ends or goes on; and a withdrawn text that had the focus hands
// it to its note.

import { Corrected } from './corrected.js'
import { setTitle } from './title.js'

const feed = document.querySelector('live-feed[stream^="story:"]')
const posts = document.querySelector('live-feed[stream^="posts:"]')
const coverage = document.querySelector('live-feed[stream^="coverage:"]')
const telling = document.querySelector('[data-tell]')
const site = contents('og:site_name')[0]?.content ?? ''

/** The key of the post that the page is about; none: it is about the article. */
const post = telling?.getAttribute('data-post')

/** What a page says before the headline in its title, such as `Older posts – `. */
const begins = telling?.getAttribute('data-begins') ?? ''

/** @type {Element | null} the element that has the focus, or had it when it was removed */
let focused = document.activeElement

/** The key of the post that it is in; empty: it is in none. */
let focusedKey = keyOf(focused)

/** The key of the post that has left, while the focus is where the client has handed it. */
let leftKey = ''

const HEADLINE = ':is(h1, h2[id])'
const TEXT = ':is(h1, h2[id], .story-body)'

/** @type {{where: string, correction: string}} */
let before = { where: '', correction: '' }
before = standing()

let covered = state()

/** What the head says to machines of the texts as they were rendered. */
const FACTS = 'script[type="application/ld+json"], meta:is([property^="article:"], [property^="og:image"])'
const rendered = versions()

const corrected = feed && new Corrected(feed)

/** @param {string} [within] a selector @returns {Element | null} the text, or an element in it */
function part(within = '') {
  const [from, key] = post ? [posts, `="${post}"`] : [feed, '^="article:"']
  return from?.querySelector(`[data-key${key}] ${within}`) ?? null
}

/** @param {Element | null} element */
function keyOf(element) {
  return posts?.contains(element) && element?.closest('[data-key]')?.getAttribute('data-key') || ''
}

/** @param {string} within @returns {string} the text there as one line; empty if it is not there */
function shown(within) {
  return part(within)?.textContent?.trim().replace(/\s+/g, ' ') ?? ''
}

/** Returns where the text is, and the date of its correction. */
function standing(retracted = false) {
  const correction = part('.correction time')?.getAttribute('datetime') ?? ''
  // What was withdrawn stays so until it is here again: a story comes back before its posts do.
  const withdrawn = retracted || before.where === 'withdrawn' || isWithdrawn()
  return { where: part() ? 'here' : withdrawn ? 'withdrawn' : 'elsewhere', correction }
}

/** Was the text that is not on the page withdrawn? Else it is a post that stands elsewhere. */
function isWithdrawn() {
  return !post || noteOf(post) !== null || !feed?.querySelector('[data-key]')
}

/** @param {string} key a post's @returns {HTMLElement | null} the note in its place */
function noteOf(key) {
  return posts?.querySelector(`[data-key="${key.replace('post:', 'retraction:')}"]`) ?? null
}

/** Returns how the coverage stands; undefined while the story is withdrawn. */
function state() {
  return coverage?.querySelector('.coverage')?.getAttribute('data-coverage') ?? undefined
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

/** @param {boolean} [retracted] the page was just told so */
function followText(retracted) {
  const now = standing(retracted)
  for (const notice of document.querySelectorAll('[data-when-elsewhere]')) {
    notice.toggleAttribute('hidden', now.where !== 'elsewhere')
  }
  if (now.where !== 'elsewhere') followHead()
  if (now.where !== before.where) {
    tell(now.where === 'here' ? 'restored' : now.where)
    corrected?.tell(null)
  } else if (now.correction && now.correction !== before.correction) {
    tell('corrected')
    corrected?.tell(part('.correction'))
  }
  before = now
}

function followHead() {
  // The summary, or the opening of a text without one; a page of older posts has none.
  const opening = part()?.getAttribute('data-description') ?? ''
  const description = begins ? '' : shown('.story-standfirst') || opening
  const headline = shown(HEADLINE) || opening
  const title = headline && begins + headline
  setTitle(`${title || telling?.getAttribute('data-title')} – ${site}`)
  // The title's own, where it is a headline.
  document.documentElement.lang = part(TEXT)?.getAttribute('lang') || document.body.lang
  document.documentElement.dir = part(TEXT)?.getAttribute('dir') || document.body.dir
  say('property', 'og:title', title)
  say('property', 'og:description', description)
  say('name', 'description', description)
  // The page of a withdrawn article has a `noindex`, which ends when the article is restored.
  if (headline) for (const meta of contents('robots')) meta.remove()
}

/** Returns each text on the page, with its version. */
function versions() {
  const texts = [feed, posts].flatMap((each) => [...(each?.querySelectorAll('[data-version]') ?? [])])
  return texts.map((text) => text.getAttribute('data-key') + ' ' + text.getAttribute('data-version')).join()
}

/** Takes out what the head says to machines, once the page says something else. */
function forgetFacts() {
  if (versions() === rendered) return
  for (const each of document.head.querySelectorAll(FACTS)) each.remove()
}

/** @param {string} what is in its attribute */
function tell(what) {
  telling?.replaceChildren(telling.getAttribute(`data-${what}`) ?? '')
}

/** Hands the focus of a withdrawn text to the note in its place. */
function focusNote() {
  /** @type {HTMLElement | null | undefined} */
  const heading = feed?.querySelector('[data-when-empty]:not([hidden]) h1')
  // The posts of a withdrawn story are hidden before they go.
  if (focused?.isConnected !== false && !leftKey && !(heading && focusedKey)) return
  /** @type {HTMLElement | null | undefined} */
  const note = heading ?? noteOf(leftKey || focusedKey)?.querySelector('[tabindex]')
  note?.focus({ preventScroll: true })
}

document.addEventListener('focusin', ({ target }) => {
  leftKey = focused?.isConnected === false ? focusedKey : ''
  focused = target instanceof Element ? target : null
  focusedKey = keyOf(focused)
})

document.addEventListener('focusout', () => {
  // Deferred: an element that loses the focus because it was removed must stay in `focused`.
  queueMicrotask(() => {
    if (!focused?.isConnected) return
    focused = document.activeElement
    focusedKey = keyOf(focused)
  })
})

let scrolled = scrollY
/** @type {number | null} where the page stood while the article is away for a moment */
let held = null

addEventListener('scroll', () => (scrolled = scrollY), { passive: true })

feed?.addEventListener('stoppress:event', (event) => {
  const { detail } = /** @type {CustomEvent} */ (event)
  forgetFacts()
  if (detail.op === 'remove' && detail.event !== 'article.retracted') {
    // An older version was withdrawn: the article is put again at once, as it stands.
    held = scrolled
    return
  }
  if (detail.op === 'put') corrected?.mark()
  followText()
  focusNote()
  if (held !== null) scrollTo({ top: held, behavior: 'instant' })
  held = null
})

/**
 * Which events of other posts are told, and by which sentence. The removal of a retracted post is
 * not: its note follows it.
 * @type {Record<string, string>}
 */
const TOLD = { 'post.retracted': 'post-withdrawn', 'post.corrected': 'post-corrected' }

posts?.addEventListener('stoppress:event', (event) => {
  const { type, op, event: name, key } = /** @type {CustomEvent} */ (event).detail
  forgetFacts()
  const isOwn = Boolean(post) && key?.replace('retraction:', 'post:') === post
  const told = op === 'put' && !isOwn && TOLD[name]
  // What is above or below the posts on the page has changed nothing on it.
  if (told && posts.querySelector(`[data-key="${key}"]`)) tell(told)
  // One that is put again, because an older version was withdrawn, is away for a moment only. All
  // posts leave when the story is withdrawn, which its own feed says.
  const isForAMoment = op === 'remove' && !/\.(retracted|moved)$/.test(name)
  const isEmptied = type === 'snapshot' && !posts.querySelector('[data-key]')
  if (post && !isForAMoment && !isEmptied) {
    followText(key === post && op === 'remove' && name === 'post.retracted')
  }
  focusNote()
})

coverage?.addEventListener('stoppress:event', () => {
  const now = state()
  if (now && covered && now !== covered) tell(`coverage-${now}`)
  covered = now ?? covered
})
