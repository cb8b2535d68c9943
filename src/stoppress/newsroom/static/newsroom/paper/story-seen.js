import { changesSince } from './changes-since.js'
import { recall, remember } from './memory.js'
import { attend } from './visit.js'

/**
 * Tell a reader who saw an earlier version of a corrected story so, with the way to what changed.
 *
 * The versions that may be compared are those that the story's history links: one that was
 * withdrawn is none of them.
 */

const feed = document.querySelector('live-feed[stream^="story:"]')
const words = document.querySelector('[data-remembers]')

function story() {
  const root = feed?.querySelector('[data-key^="article:"]')
  return root && {
    root,
    key: root.getAttribute('data-key') ?? '',
    version: Number(root.getAttribute('data-version')),
    box: root.querySelector('.correction'),
    correction: root.querySelector('.correction time')?.getAttribute('datetime') ?? ''
  }
}

function tell() {
  const now = story()
  const seen = now && recall('story', now.key)
  if (!now?.box || !seen || seen.correction === now.correction || !(seen.version < now.version)) return
  if (now.box.querySelector('.read-before')) return
  const note = document.createElement('p')
  note.className = 'read-before'
  note.lang = document.body.lang
  note.dir = document.body.dir
  note.append(words?.getAttribute('data-corrected') ?? '')
  const paths = [...now.root.querySelectorAll('a')].map(({ pathname }) => pathname)
  const href = changesSince(paths, now.key, seen.version)
  if (href) {
    const link = document.createElement('a')
    link.href = href
    link.append(words?.getAttribute('data-changes') ?? '')
    note.append(' ', link)
  }
  now.box.append(note)
}

if (feed && words) {
  attend({
    begin: tell,
    end() {
      const now = story()
      if (now?.version) remember('story', now.key, { version: now.version, correction: now.correction })
    }
  })
}
