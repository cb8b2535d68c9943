import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pair } from '../../src/stoppress/live/static/stoppress/live/pairs.js'
import { readView } from '../../src/stoppress/live/static/stoppress/live/view.js'
import { random } from './random.js'

const views = (trees) => trees.map((tree) => readView(tree))

/** For each of now, the index in was of what it was; -1 for what is new. */
function paired(was, now) {
  const [old, said] = [views(was), views(now)]
  const pairs = pair(old, said)
  return said.map((view) => old.indexOf(pairs.get(view)))
}
const item = (words) => ['li', words]
const space = '\n  '

test('insertions and removals keep the other elements', () => {
  const was = [space, item('a'), space, item('b'), space, item('c')]
  assert.deepEqual(paired(was, [space, item('new'), ...was]), [0, -1, -1, 1, 2, 3, 4, 5])
  assert.deepEqual(paired(was, was.slice(2)), [0, 3, 4, 5])
  assert.deepEqual(paired(was, []), [])
  assert.deepEqual(paired([], was), [-1, -1, -1, -1, -1, -1])
})

test('the lighter ones of moved elements are created again', () => {
  const long = item('a paragraph that says much')
  assert.deepEqual(paired([item('a'), item('b'), long], [long, item('a'), item('b')]), [2, -1, -1])
  assert.deepEqual(paired([item('a'), item('b'), item('c')], [item('c'), item('a'), item('b')]),
    [-1, 0, 1])
})

test('changed elements are paired by tag and id', () => {
  const was = [['p', '1'], ['b', '2']]
  assert.deepEqual(paired(was, [['i', '1'], ['b', '3'], ['p', '4']]), [-1, 1, -1])
  const named = (id, words) => ['p', { id }, words]
  assert.deepEqual(
    paired([named('a', '1'), named('b', '2')], [named('b', '3'), ['p', '4']]), [1, -1])
})

test('elements that may hold a reader’s input are paired before all others', () => {
  const form = (words) => ['form', ['textarea'], words]
  const many = [['p', '1'], ['p', '2'], ['p', '3']]
  assert.deepEqual(paired([form('a'), ...many], [...many, form('b')]), [-1, -1, -1, 0])
  const player = (words) => ['x-player', { 'data-a': 'b' }, words]
  assert.deepEqual(paired([player('a'), ...many], [...many, player('b')]), [-1, -1, -1, 0])
  const said = (words) => ['p', { title: '["x-player",null' }, words]
  assert.deepEqual(paired([said('a'), ...many], [...many, said('b')]), [1, 2, 3, -1])
})

/** How many of two lists can be paired at most, if only the same is paired and no pairs cross. */
function most([first, ...was], now) {
  if (first === undefined) return 0
  const at = now.findIndex((other) => other[1] === first[1])
  const without = most(was, now)
  return at < 0 ? without : Math.max(without, 1 + most(was, now.slice(at + 1)))
}

test('pairs never cross, and of the same as many are paired as can be', () => {
  const chance = random(5)
  const words = () => String(Math.floor(chance() * 4))
  const list = () => Array.from({ length: chance() * 9 }, () => item(words()))
  for (let n = 0; n < 300; n++) {
    const [was, now] = [list(), list()]
    const pairs = paired(was, now)
    const found = pairs.filter((at) => at >= 0)
    assert.deepEqual(found, [...new Set(found)].sort((a, b) => a - b))
    const same = pairs.filter((at, n) => at >= 0 && was[at][1] === now[n][1])
    assert.equal(same.length, most(was, now))
  }
})

test('nearly all of a long list is found again', () => {
  const was = Array.from({ length: 10_000 }, (_, n) => item(`${n}`))
  const found = paired(was, [item('new'), ...was.slice(5), item('last')])
  // Some are not found again where one window of comparison ends and the next begins.
  assert.ok(found.filter((at, n) => at === n + 4).length > 9_850)
})
