import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readView } from '../../src/stoppress/live/static/stoppress/live/view.js'

/** What is left of a tree when it has been read. */
const written = ({ name, text, attributes, children }) => (
  name ? [name, Object.fromEntries(attributes), ...children.map(written)] : text
)
const read = (tree) => {
  const view = readView(tree, true)
  return view && written(view)
}
const attributesOf = (name, attributes) => read([name, attributes])[1]

test('the second entry is the attributes only if it is a plain object', () => {
  assert.deepEqual(read(['p', 'See ', ['b', 'this']]), ['p', {}, 'See ', ['b', {}, 'this']])
  assert.deepEqual(read(['p', { class: 'a' }, 'x']), ['p', { class: 'a' }, 'x'])
  assert.deepEqual(read(['p', ['b'], { class: 'a' }]), ['p', {}, ['b', {}]])
})

test('forbidden elements are left out with their content', () => {
  const names = 'script style iframe frame object embed base meta link template noscript set'
  for (const name of [...names.split(' '), 'animate', 'animateMotion', 'SCRIPT']) {
    assert.equal(read([name, 'x']), null)
    assert.deepEqual(read(['svg', 'a', [name, ['p', 'x']], 'b']), ['svg', {}, 'a', 'b'])
  }
  for (const tree of ['text', 7, null, undefined, [], [['p']], { p: 1 }]) {
    assert.equal(read(tree), null)
  }
})

test('attributes that run a script or a style are never set', () => {
  const wrong = { onclick: 'x', ONLOAD: 'x', onanything: 'x', style: 'x', Style: 'x', srcdoc: 'x' }
  assert.deepEqual(attributesOf('p', { ...wrong, class: 'a', n: 1, none: null }), { class: 'a' })
})

test('addresses are http, https, mailto, tel or relative', () => {
  for (const href of [
    '', '/x', 'y/z', '?a=b:c', '#d', '//other.example/', 'http://a', 'HTTPS://a', 'mailto:a@b',
    'tel:+47', 'http://', 'http://['
  ]) assert.deepEqual(attributesOf('a', { href }), { href })
  for (const href of [
    'javascript:x', ' java\nscript:x', 'JAVASCRIPT:x', 'data:text/html,x', 'blob:x', 'vbscript:x',
    'x:y'
  ]) {
    for (const name of ['href', 'src', 'action', 'formaction', 'poster', 'xlink:href', 'HREF']) {
      assert.deepEqual(attributesOf('a', { [name]: href }), {})
    }
  }
})

test('of a list of addresses all must be allowed', () => {
  const srcset = '/a.png 1x, https://x.example/a,b.png 2x, /rs:1,fit:2/c 3x'
  assert.deepEqual(attributesOf('img', { srcset }), { srcset })
  assert.deepEqual(attributesOf('img', { srcset: '/a 1x, data:image/png;x 2x' }), {})
  assert.deepEqual(attributesOf('a', { ping: '/a javascript:x' }), {})
})

test('two views have one key if and only if they say the same', () => {
  const key = (tree) => readView(['p', tree]).key
  const trees = ['b', ['b'], ['b', ''], ['b', 'b'], ['b', { b: '' }], ['b', ['b']], '"]',
    ['b', ','], ['b', '', ''], ['b', { b: 'b' }], ['time', { 'data-time': '' }, 'x'], ['i', 'b']]
  assert.equal(new Set(trees.map(key)).size, trees.length)
  assert.equal(key(['b', {}, 'x']), key(['b', 'x']))
})

test('the words of a relative time are compared, and its title is not', () => {
  const key = (words, more) => (
    readView(['time', { 'data-time': '', datetime: 'x', ...more }, words]).key
  )
  assert.equal(key('today'), key('today', { title: 'long' }))
  assert.notEqual(key('today'), key('tomorrow'))
  assert.notEqual(key('today'), key('today', { datetime: 'y' }))
})
