/**
 * Make what the wheel carries of the browser client: each public module as one file without imports.
 *
 * `make client` writes the files; a test makes them anew and compares.
 */

import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const CLIENT = new URL('../src/stoppress/live/static/stoppress/live/', import.meta.url)
const BANNER = '/* Stop Press, BSD-3-Clause. Made of the modules in its repository by `make client`. */'
/** The modules that a page, the client or a site's own module may import. */
const PUBLIC = ['index.js', 'older.js', 'state.js']

export const BUILT = new URL('built/', CLIENT)

/** @returns {Promise<Map<string, string>>} each file's text, by its name */
export async function makeClient() {
  const { outputFiles } = await build({
    entryPoints: PUBLIC.map((name) => fileURLToPath(new URL(name, CLIENT))),
    outdir: fileURLToPath(BUILT),
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    charset: 'utf8',
    target: 'es2022',
    legalComments: 'none',
    banner: { js: BANNER },
  })
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of await makeClient()) writeFileSync(new URL(name, BUILT), text)
}
