// Keeps the head of an article's page in step with the article on it. A withdrawn text must be
// gone from the title and the descriptions too: tabs, bookmarks and share sheets read those.

const feed = document.querySelector('live-feed')
const site = contents('og:site_name')[0]?.content ?? ''

/** @param {string} slot @returns {string} what the article on the page says there now */
function shown(slot) {
  const element = feed?.querySelector(`[data-key^="article:"] [data-field="${slot}"]`)
  return element?.textContent?.trim() ?? ''
}

/** @param {string} name @returns {HTMLMetaElement[]} */
function contents(name) {
  return [...document.head.querySelectorAll('meta')].filter(
    (meta) => meta.name === name || meta.getAttribute('property') === name
  )
}

function followArticle() {
  const headline = shown('headline')
  const summary = shown('summary')
  document.title = `${headline || 'Withdrawn'} – ${site}`
  for (const meta of contents('og:title')) meta.content = headline
  for (const meta of contents('og:description')) meta.content = summary
  for (const meta of contents('description')) meta.content = summary
}

feed?.addEventListener('stoppress:event', followArticle)
