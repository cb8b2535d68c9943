/**
 * Pack the browser client for npm: `make npm` writes build/stop-press-live-VERSION.tgz.
 *
 * Usage: node scripts/npm.js [DIRECTORY]
 */

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BUILT } from './client.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PACKAGING = join(ROOT, 'packaging/npm')

const [folder = join(ROOT, 'build')] = process.argv.slice(2)
const made = join(folder, 'npm')

/** @returns {string} the version of the Python package, its only source */
function version() {
  const said = /__version__ = "(.+)"/.exec(readFileSync(join(ROOT, 'src/stoppress/__init__.py'), 'utf8'))
  if (!said) throw new Error('src/stoppress/__init__.py does not say the version')
  return said[1]
}

rmSync(made, { recursive: true, force: true })
mkdirSync(made, { recursive: true })
cpSync(fileURLToPath(BUILT), made, { recursive: true })
cpSync(join(PACKAGING, 'README.md'), join(made, 'README.md'))
cpSync(join(ROOT, 'LICENSE'), join(made, 'LICENSE'))
const described = JSON.parse(readFileSync(join(PACKAGING, 'package.json'), 'utf8'))
writeFileSync(join(made, 'package.json'), `${JSON.stringify({ ...described, version: version() }, null, 2)}\n`)
execFileSync(process.execPath, [
  join(ROOT, 'node_modules/typescript/bin/tsc'),
  ...['--project', join(ROOT, 'tsconfig.json'), '--noEmit', 'false', '--declaration', '--emitDeclarationOnly'],
  ...['--rootDir', ROOT, '--outDir', join(made, 'all')],
], { stdio: 'inherit' })
const types = join(made, 'types')
cpSync(join(made, 'all', 'src/stoppress/live/static/stoppress/live'), types, { recursive: true })
rmSync(join(made, 'all'), { recursive: true })
cpSync(join(PACKAGING, 'package.d.ts'), join(types, 'package.d.ts'))
execFileSync(process.execPath, [process.env.npm_execpath ?? npm(), 'pack', '--silent', '--pack-destination', folder], {
  cwd: made, stdio: 'inherit',
})

/** @returns {string} npm as it comes with this Node.js */
function npm() {
  return join(process.execPath, '../../lib/node_modules/npm/bin/npm-cli.js')
}
