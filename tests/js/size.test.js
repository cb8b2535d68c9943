import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

const CLIENT = new URL('../../src/stoppress/live/static/stoppress/live/', import.meta.url)
const BUDGET = 10 * 1024

test('the client’s code, without comments and indentation, is at most 10 KiB gzipped', () => {
  const code = readdirSync(CLIENT)
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(new URL(name, CLIENT), 'utf8'))
    .join('\n')
    .replace(/\/\*\*[^]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^\s+/gm, '')
  const size = gzipSync(code, { level: 9 }).length
  assert.ok(size <= BUDGET, `${size} bytes`)
})
