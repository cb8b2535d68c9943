// Tells the page around this frame how tall its content is, and what it is called, once that page's
// `frame.js` has asked, and whenever it has changed. Nobody else is told: the answer goes to the
// origin that has asked, and the policy of this page says which origins may frame it.

/** Several changes at once are one message. In ms. */
const PAUSE = 50

/** The origin of the page around the frame; empty: it has not asked. */
let host = ''
let told = -1
let timer = 0

function tell() {
  timer = 0
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height)
  if (!host || height === told) return
  told = height
  parent.postMessage({ type: 'stoppress:frame', height, title: document.title }, host)
}

function tellSoon() {
  timer ||= setTimeout(tell, PAUSE)
}

addEventListener('message', ({ source, origin, data }) => {
  // A page without an origin of its own, such as a file, cannot be answered to alone.
  if (source !== parent || source === window || origin === 'null') return
  if (data?.type !== 'stoppress:host') return
  host = origin
  told = -1
  // Its frame is as tall as what stands here from now on: there is nothing to scroll.
  document.documentElement.setAttribute('data-fitted', '')
  tell()
})

// A frame out of view is not laid out until somebody asks, so that no observer is called.
document.addEventListener('stoppress:event', tellSoon)
new ResizeObserver(tellSoon).observe(document.documentElement)
