import assert from 'node:assert/strict'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { BUILT, makeClient } from '../../scripts/client.js'

const made = await makeClient()

test('what the wheel carries is made of the modules as they are: otherwise run `make client`', () => {
  assert.deepEqual(readdirSync(BUILT).sort(), [...made.keys()].sort())
  for (const [name, text] of made) {
    assert.equal(readFileSync(new URL(name, BUILT), 'utf8'), text, name)
  }
})

const OTHER_FILE = /\bimport\b|\bfrom\s*["']|sourceMappingURL/
/** What reads older items: of the page's address, or beside this file. */
const OLDER = /\bimport\(document\.querySelector\('meta\[name="stoppress-older"\]'\)\?\.content\|\|new URL\("\.\/older\.js",import\.meta\.url\)\.href\)/

test('it imports nothing at its start, and names no other file than the one for older items', () => {
  assert.ok(OLDER.test(made.get('index.js')))
  for (const [name, text] of made) assert.doesNotMatch(text.replace(OLDER, ''), OTHER_FILE, name)
})

test('nor does a script of the newsroom: no storage puts a digest into what it would import', () => {
  const scripts = globSync('src/stoppress/!(live)/static/**/*.js')
  assert.ok(scripts.length > 0)
  for (const name of scripts) assert.doesNotMatch(readFileSync(name, 'utf8'), OTHER_FILE, name)
})

test('it exports what the modules export', () => {
  const exported = (name) => [...made.get(name).matchAll(/export\s*\{([^}]*)\}/g)].flatMap(
    ([, names]) => names.split(',').map((each) => each.split(' as ').at(-1).trim()),
  ).sort()
  assert.deepEqual(exported('index.js'), ['LiveFeed', 'tellTimes'])
  assert.deepEqual(exported('older.js'), ['Older', 'OlderLink', 'Range'])
  assert.deepEqual(exported('state.js'), ['State', 'compare'])
})
