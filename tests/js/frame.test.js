// The script for other sites' pages, in a page that is made up.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import vm from 'node:vm'

const SOURCE = new URL('../../src/stoppress/newsroom/static/newsroom/frame.js', import.meta.url)

/** Return the frame that a script with these attributes makes, and what it says in the console. */
function run (dataset) {
  class HTMLScriptElement {
    src = 'https://paper.example/embed/frame.js'
    dataset = dataset
    after (frame) { this.made = frame }
  }
  const script = dataset ? new HTMLScriptElement() : null
  const errors = []
  const frame = { sandbox: { add () {} }, style: {}, addEventListener () {} }
  vm.runInNewContext(readFileSync(SOURCE, 'utf8'), {
    HTMLScriptElement,
    URL,
    addEventListener () {},
    IntersectionObserver: class { observe () {} },
    console: { error: (words) => errors.push(words) },
    document: { currentScript: script, createElement: () => frame },
  })
  return { frame: script?.made, errors }
}

test('a frame reserves the height that its number of items needs', () => {
  const address = 'https://paper.example/embed/section/world/'
  for (const [attributes, height, query] of [
    [{}, 620, ''],
    [{ items: '20' }, 2120, '?items=20'],
    [{ items: '1000' }, 620, ''],
    [{ items: '-3' }, 620, ''],
    [{ height: '680' }, 680, ''],
    [{ height: '-1' }, 620, ''],
    [{ height: '680px' }, 620, ''],
    [{ height: '1e9' }, 20_000, ''],
    [{ height: 'Infinity' }, 20_000, ''],
  ]) {
    const { frame } = run({ section: 'world', ...attributes })
    assert.deepEqual([frame.style.height, frame.src], [`${height}px`, address + query])
  }
})

test('a frame that cannot be made gives its reason', () => {
  for (const dataset of [null, {}, { section: 'world', article: '7' }]) {
    const { frame, errors } = run(dataset)
    assert.equal(frame, undefined)
    assert.match(errors.join(), /^Stop Press: frame\.js (must|needs)/)
  }
})
