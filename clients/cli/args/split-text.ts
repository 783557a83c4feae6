import { type AnyCommand, camel, type Flags, SHARED } from './command.ts'

/** Words that yargs takes as the value of a boolean flag. */
const VALUES: readonly string[] = ['true', 'false']

/**
 * Looks for a boolean flag between the words of a text, such as `--plot` in `postcard Ada Hello --plot ax`.
 * The user probably means the next word, `ax`, as the value of the flag.
 *
 * @param words  the words after `plotd`
 * @param values  the values by name, as yargs has read them
 * @returns a message about the first such flag; undefined when there is none
 */
export function splitText(
  words: readonly string[],
  { text, flags }: AnyCommand,
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  const [first, ...others] = text === undefined ? [] : [values[text] ?? []].flat().map(String)
  if (first === undefined) return undefined
  const end = words.includes('--') ? words.indexOf('--') : words.length
  for (let i = words.indexOf(first) + 2; i < end; i++) {
    const word = words[i] ?? ''
    if (!others.includes(word) || VALUES.includes(word)) continue
    const flag = switchIn(words[i - 1] ?? '', flags)
    if (flag === undefined) continue
    const plotter = flag === 'plot' ? `--plotter ${word} for a plotter, or ` : ''
    return `--${flag} takes no value, got '${word}'. Expected ${plotter}all words of the text on one side of the flag`
  }
  return undefined
}

/**
 * Looks for a boolean flag with a value other than true and false, such as `--dry-run=yes`. yargs would read such a
 * value as false.
 *
 * @param words  the words after `plotd`
 * @returns a message about the first such flag; undefined when there is none
 */
export function valueOfSwitch(words: readonly string[], { flags }: AnyCommand): string | undefined {
  const end = words.includes('--') ? words.indexOf('--') : words.length
  for (const word of words.slice(0, end)) {
    const [, typed = '', value = ''] = /^(--?[^=]+)=(.*)$/s.exec(word) ?? []
    const flag = switchIn(typed, flags)
    if (flag === undefined || VALUES.includes(value)) continue
    return `--${flag} takes no value, got '${value}'. Expected --${flag} or --no-${flag}`
  }
  return undefined
}

/** The name of the boolean flag that a word such as `--hold` or `-H` sets. */
function switchIn(word: string, own: Flags): string | undefined {
  const flags: Flags = { ...SHARED, ...own }
  return Object.keys(flags).find((name) => {
    const { type, alias = [] } = flags[name] ?? {}
    const spellings = [`--${name}`, `--${camel(name)}`, ...[alias].flat().map((letter) => `-${letter}`)]
    return type === 'boolean' && spellings.includes(word)
  })
}
