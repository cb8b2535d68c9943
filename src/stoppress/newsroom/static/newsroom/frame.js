// Stands in another site's page, and puts a frame with a section or a story of the paper there:
//
//   <script async src="https://paper.example/embed/frame.js" data-section="world"></script>
//
// The frame is as tall as what it shows. A page may have several of these scripts: each makes its
// own frame, where it stands. docs/embedding.md lists the attributes.

(() => {
  /** No frame is taller, whatever it says. */
  const TALLEST = 20_000
  const COUNTS = ['3', '5', '10', '20']
  const SANDBOX = ['allow-scripts', 'allow-same-origin', 'allow-popups',
    'allow-popups-to-escape-sandbox']

  const script = document.currentScript
  if (!(script instanceof HTMLScriptElement)) {
    console.error('Stop Press: frame.js must be a classic script, without type="module".')
    return
  }
  const { section, article, theme, title, height } = script.dataset
  const items = COUNTS.find((count) => count === script.dataset.items)
  if (!section === !article) {
    console.error('Stop Press: frame.js needs either data-section or data-article.', script)
    return
  }
  const address = new URL(section
    ? `section/${encodeURIComponent(section)}/`
    : `articles/${encodeURIComponent(article ?? '')}/`, script.src)
  if (theme) address.searchParams.set('theme', theme)
  if (items) address.searchParams.set('items', items)

  const frame = document.createElement('iframe')
  frame.title = title || address.hostname
  frame.loading = 'lazy'
  frame.sandbox.add(...SANDBOX)
  frame.src = address.href

  /** Kept free from the first moment on. */
  const usual = section ? 100 * Number(items ?? 5) + 120 : 360
  const least = Number(height) > 0 ? Math.min(Number(height), TALLEST) : usual
  let shown = least
  let told = least
  let width = 0
  let isSeen = false
  Object.assign(frame.style, { display: 'block', width: '100%', border: '0', height: `${least}px` })
  if (theme === 'light' || theme === 'dark') frame.style.colorScheme = theme

  // A frame grows at once, or its end would be cut off. While the reader has it before him it does
  // not shrink: what stands below it would move under his eyes.
  function fit() {
    const next = Math.max(least, told)
    if (next < shown && isSeen && frame.clientWidth === width) return
    shown = next
    width = frame.clientWidth
    frame.style.height = `${shown}px`
  }

  addEventListener('message', ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== address.origin) return
    if (data?.type !== 'stoppress:frame' || !(data.height > 0)) return
    if (!title && data.title) frame.title = `${data.title}`.slice(0, 200)
    told = Math.min(Math.ceil(data.height), TALLEST)
    fit()
  })
  frame.addEventListener('load', () => {
    frame.contentWindow?.postMessage({ type: 'stoppress:host' }, address.origin)
  })
  new IntersectionObserver((entries) => {
    // What stands above the reader moves him too, where the browser does not anchor the scroll.
    isSeen = entries.some(({ isIntersecting, boundingClientRect: { top } }) => isIntersecting || top < 0)
    fit()
  }).observe(frame)
  script.after(frame)
})()
