// A frame whose `sandbox` gives it no origin of its own may not follow the news. It then stands still,
// instead of trying for ever. Imported before the client, which would begin to follow at once.

if (origin === 'null') {
  for (const feed of document.querySelectorAll('live-feed')) feed.removeAttribute('stream')
  for (const row of document.querySelectorAll('[data-status]')) row.remove()
}
