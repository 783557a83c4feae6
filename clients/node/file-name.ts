/** Maximum number of characters of a file name without its extension. The daemon takes names of at most 200. */
const LONGEST_STEM = 160

/**
 * The name of a file, short enough for the title and the parameters of a job: file systems permit longer names. Keeps
 * the extension, by which the daemon recognizes some formats.
 */
export function shortFileName(name: string): string {
  const [, stem = name, extension = ''] = /^(.*?)(\.\w{1,8})?$/s.exec(name) ?? []
  const characters = Array.from(stem)
  return characters.length <= LONGEST_STEM ? name : `${characters.slice(0, LONGEST_STEM).join('')}…${extension}`
}
