import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { BUILT } from '../../scripts/client.js'

/**
 * The largest size of each file as a page downloads it, in bytes. The client is meant to have 10 KiB:
 * the sharing among tabs takes 1.9 of the rest, and what waits, the focus and the pause 1.3.
 */
const BUDGETS = { 'index.js': 13 * 1024, 'older.js': 2560, 'state.js': 2048 }

test('a page downloads at most 13 KiB of the client, gzipped, and little more for older items', () => {
  assert.deepEqual(readdirSync(BUILT).sort(), Object.keys(BUDGETS))
  for (const [name, budget] of Object.entries(BUDGETS)) {
    const size = gzipSync(readFileSync(new URL(name, BUILT)), { level: 9 }).length
    assert.ok(size <= budget, `${name}: ${size} bytes`)
  }
})
