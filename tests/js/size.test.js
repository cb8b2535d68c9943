import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { BUILT } from '../../scripts/client.js'

const BUDGET = 10 * 1024

test('a page downloads at most 10 KiB of the client, gzipped', () => {
  const size = gzipSync(readFileSync(new URL('index.js', BUILT)), { level: 9 }).length
  assert.ok(size <= BUDGET, `${size} bytes`)
})
