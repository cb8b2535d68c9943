import assert from 'node:assert/strict'
import { test } from 'node:test'
import { random } from './random.js'

const STATIC = '../../src/stoppress/newsroom/static/newsroom/paper/'
const { isUnread, moveOn, placeOf, readMark, readTo } = await import(`${STATIC}read-mark.js`)
const { changesSince } = await import(`${STATIC}changes-since.js`)

/** An item that was published in a minute; of a rank. */
const entry = (minute, rank = 0) => ({
  key: `article:${minute}`,
  order: `${rank}-2026-11-30T22:${String(minute).padStart(2, '0')}:00.000Z`,
})
const read = (minute, unread = []) => ({
  place: placeOf(entry(minute)), unread: unread.map((each) => `article:${each}`), at: 1,
})

test('items newer than the newest seen one are unread, and those left out below it', () => {
  const unread = [9, 8, 7, 6, 5].filter((minute) => isUnread(read(7, [5]), entry(minute)))
  assert.deepEqual(unread, [9, 8, 5])
})

test('a post is as old as its publication, not as what it tells of', () => {
  const post = { key: 'post:1', order: '0-2026-11-30T20:00:00.000Z-2026-11-30T22:09:00.000Z' }
  assert.ok(isUnread(read(8), post))
})

test('the reader had come to the first item that he knows, below one that he does not', () => {
  const at = (mark, ...entries) => readTo(mark, entries)?.key
  assert.equal(at(read(7), entry(9), entry(8), entry(7), entry(6)), 'article:7')
  assert.equal(at(read(7), entry(7), entry(6)), undefined)
  assert.equal(at(read(3), entry(9), entry(8)), undefined)
  // Breaking news of before stands above, and is not where he had come to.
  assert.equal(at(read(7), entry(2, 3), entry(8), entry(7)), 'article:7')
  assert.equal(at(read(7), entry(2, 3), entry(7)), undefined)
})

test('an invalid mark is ignored', () => {
  for (const memory of [undefined, null, 7, [], {}, { place: 7, unread: [], at: 1 },
    { place: '', unread: {}, at: 1 }, { place: '', unread: [], at: null }]) {
    assert.equal(readMark(memory), null)
  }
})

test('two tabs that move one mark on lose nothing that either has seen', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const next = random(seed)
    const pick = (chance, from) => from.filter(() => next() < chance)
    const entries = Array.from({ length: 12 }, (_, minute) => entry(minute))
    const before = read(Math.floor(next() * 6), pick(0.2, [0, 1, 2]))
    const unread = entries.filter((each) => isUnread(before, each))
    let mark = before
    const seen = [pick(0.4, unread), pick(0.4, unread)]
    for (const [tab, own] of seen.entries()) {
      // A tab has heard by then what the other has said.
      const left = entries.filter((each) => isUnread(mark, each) && !own.includes(each))
      mark = { ...moveOn(mark, own, tab ? left.filter((each) => isUnread(mark, each)) : left), at: 2 }
    }
    for (const each of entries) {
      const was = isUnread(before, each) && !seen.flat().includes(each)
      assert.equal(isUnread(mark, each), was, `seed ${seed}: ${each.key}`)
    }
  }
})

test('only versions that the history links have a link to their changes', () => {
  const paths = ['/', '/paper/articles/4/history/1..2/', '/paper/articles/4/history/4..5/',
    '/paper/articles/5/history/3..4/', '/paper/articles/4/']
  const since = (version) => changesSince(paths, 'article:4', version)
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(since), [
    '/paper/articles/4/history/1..5/', '/paper/articles/4/history/2..5/', null,
    '/paper/articles/4/history/4..5/', null, null,
  ])
  assert.equal(changesSince([], 'article:4', 1), null)
})
