const CHANGES = /^(.*\/articles\/(\d+)\/history\/)(\d+)\.\.(\d+)\/$/

/**
 * Return the path of the page that compares a version of an article with the newest one.
 * @param {string[]} paths of links; those of the article's history name the versions to be compared
 * @param {string} key of the article: `article:42`
 * @param {number} version
 * @returns {string | null} null where the history names no such version, as of one that was withdrawn
 */
export function changesSince(paths, key, version) {
  const ways = paths.map((path) => CHANGES.exec(path)).filter((way) => `article:${way?.[2]}` === key)
  const numbers = ways.flatMap((way) => way?.slice(3).map(Number) ?? [])
  const newest = Math.max(...numbers)
  return numbers.includes(version) && version < newest ? `${ways[0]?.[1]}${version}..${newest}/` : null
}
