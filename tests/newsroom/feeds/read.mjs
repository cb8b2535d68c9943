// Read feeds with feedsmith: of each file what a reader's program keeps, as JSON.
import { readFileSync } from 'node:fs'
import { argv, stdout } from 'node:process'

import { parseFeed } from 'feedsmith'

const time = (text) => text && new Date(text).toISOString()

const entry = (item) => ({
  id: item.guid?.value ?? item.id,
  title: item.title?.value ?? item.title,
  published: time(item.pubDate ?? item.published ?? item.date_published),
  updated: time(item.atom?.updated ?? item.updated ?? item.date_modified),
  text: item.content?.encoded ?? item.content?.value ?? item.content_html,
})

const read = (file) => {
  const { format, feed } = parseFeed(readFileSync(file, 'utf8'))
  return { format, entries: (feed.items ?? feed.entries).map(entry) }
}

stdout.write(JSON.stringify(argv.slice(2).map(read)))
