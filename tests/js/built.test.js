import assert from 'node:assert/strict'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { BUILT, BUILT_PAGES, makeClient, makePages } from '../../scripts/client.js'

const made = await makeClient()
const { texts: pages, sources } = await makePages()

test('the files of the wheel are built from the present sources: otherwise run `make client`', () => {
  for (const [folder, texts] of [[BUILT, made], [BUILT_PAGES, pages]]) {
    assert.deepEqual(readdirSync(folder).sort(), [...texts.keys()].sort())
    for (const [name, text] of texts) {
      assert.ok(readFileSync(new URL(name, folder), 'utf8') === text, `${name}: run make client`)
    }
  }
})

const OTHER_FILE = /\bimport\b|\bfrom\s*["']|sourceMappingURL/
/** What reads older items: of the page's address, or beside this file. */
const OLDER = /\bimport\(document\.querySelector\('meta\[name="stoppress-older"\]'\)\?\.content\|\|new URL\("\.\/older\.js",import\.meta\.url\)\.href\)/

test('it imports nothing at its start, and names no other file than the one for older items', () => {
  assert.ok(OLDER.test(made.get('index.js')))
  for (const [name, text] of made) assert.doesNotMatch(text.replace(OLDER, ''), OTHER_FILE, name)
})

test('the files of the newspaper name no other file, except the font of its style sheets', () => {
  assert.ok(OLDER.test(pages.get('paper.js')))
  for (const [file, text] of pages) {
    if (file.endsWith('.js')) assert.doesNotMatch(text.replace(OLDER, ''), OTHER_FILE, file)
    else assert.doesNotMatch(text, /@import/, file)
    const named = [...text.matchAll(/url\(([^)]*)\)/g)].map(([, path]) => path)
    for (const path of named) assert.match(path, /^(fonts\/[\w-]+\.woff2|data:)/)
  }
})

test('the script of frames leaves no global name, and may be included several times', () => {
  const run = new Function('document', 'HTMLScriptElement', pages.get('frame.js'))
  assert.match(pages.get('frame.js'), /^\/\*.*\*\/\n\(\(\)=>\{/)
  run({ currentScript: null }, class {})
})

test('no other script imports a file: a storage could not put a digest into its address', () => {
  const scripts = globSync('src/stoppress/!(live)/static/**/*.js')
    .filter((name) => !sources.includes(name))
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
