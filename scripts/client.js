/**
 * Bundle the browser's files for the wheel and the served site: each public module of the client as
 * one file, and one style sheet and one script for the newspaper's pages.
 *
 * `make client` writes the files; a test builds them again and compares.
 */

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const LIVE = new URL('../src/stoppress/live/static/', import.meta.url)
const CLIENT = new URL('stoppress/live/', LIVE)
const NEWSPAPER = new URL('../src/stoppress/newsroom/static/newsroom/', import.meta.url)
const BANNER = '/* Stop Press, BSD-3-Clause. Made of the modules in its repository by `make client`. */'

/** The modules that a page, the client or a site's own module may import. */
const PUBLIC = ['index.js', 'older.js', 'state.js']
/** The files that the newspaper's pages load, those for pages in frames, and the frames' loader. */
const OF_THE_PAGES = [
  'paper.css', 'paper.js', 'framed.css', 'framed-dark.css', 'framed.js', 'frame.js'
]

/** The directory of the client's files. */
export const BUILT = new URL('built/', CLIENT)
/** The directory of the newspaper's files: static files that are found before the sources. */
export const BUILT_PAGES = new URL('../../built/static/newsroom/', NEWSPAPER)

/** @returns {Promise<Map<string, string>>} the client: each file's text, by its name */
export async function makeClient() {
  return (await bundle(CLIENT, PUBLIC)).texts
}

/**
 * @returns {Promise<{texts: Map<string, string>, sources: string[]}>}
 *   the newspaper's files, and the paths of their sources in the newsroom
 */
export async function makePages() {
  const { texts, inputs } = await bundle(NEWSPAPER, OF_THE_PAGES)
  return { texts, sources: inputs.filter((path) => path.startsWith('src/stoppress/newsroom/')) }
}

/** @param {URL} folder @param {string[]} names */
async function bundle(folder, names) {
  const from = fileURLToPath(folder)
  const { outputFiles, metafile } = await build({
    entryPoints: names.map((name) => join(from, name)),
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    outdir: from,
    allowOverwrite: true,
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format: 'esm',
    charset: 'utf8',
    target: 'es2022',
    legalComments: 'none',
    banner: { js: BANNER, css: BANNER },
    plugins: [asServed(from)],
  })
  return {
    texts: new Map(outputFiles.map(({ path, text }) => [basename(path), text])),
    inputs: Object.keys(metafile.inputs),
  }
}

/**
 * Resolve imports as a browser does, with the static files of all apps below one address.
 * @param {string} folder the bundles' directory; files that a style sheet refers to stay separate
 * @returns {import('esbuild').Plugin}
 */
function asServed(folder) {
  return {
    name: 'as-served',
    setup({ onResolve }) {
      onResolve({ filter: /^(\.\.\/)+stoppress\/live\// }, ({ path }) => (
        { path: fileURLToPath(new URL(path.replace(/^(\.\.\/)+/, ''), LIVE)) }
      ))
      onResolve({ filter: /^\.{0,2}[\w/]/ }, ({ kind, path, importer }) => {
        if (kind !== 'url-token') return null
        const file = resolve(dirname(importer), path)
        if (!existsSync(file)) return { errors: [{ text: `${path}: there is no such file` }] }
        return { path: relative(folder, file), external: true }
      })
    },
  }
}

/** @param {URL} folder @param {Map<string, string>} texts */
function write(folder, texts) {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (!texts.has(name)) rmSync(new URL(name, folder))
  for (const [name, text] of texts) writeFileSync(new URL(name, folder), text)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  write(BUILT, await makeClient())
  write(BUILT_PAGES, (await makePages()).texts)
}
