import type { FlagWords, Values, VerbWords } from './vocabulary.ts'

export const fish = (all: readonly VerbWords[]): string => `# fish completion for plotd
function __plotd_verb
  set -l typed (commandline -opc)
  test (count $typed) -ge 2; and contains -- $typed[2] $argv
end
${all.flatMap(lines).join('\n')}
`

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

function lines({ verb, names, summary, flags, values }: VerbWords): string[] {
  const here = `complete -c plotd -n '__plotd_verb ${names.join(' ')}'`
  return [
    `complete -c plotd -n 'test (count (commandline -opc)) -eq 1' -f -a ${verb} -d ${quoted(summary)}`,
    ...(values === 'files' ? [] : [`${here} -f${candidates(values, verb)}`]),
    ...flags.map((flag) => `${here}${spellings(flag)} -d ${quoted(flag.description)}${valueOption(flag.values, verb)}`),
  ]
}

const spellings = ({ name, letters }: FlagWords): string =>
  [` -l ${name}`, ...letters.map((letter) => ` -s ${letter}`)].join('')

function candidates(values: Values, verb: string): string {
  if (typeof values !== 'string') return ` -a ${quoted(values.words.join(' '))}`
  return values === 'jobs' || values === 'plotters' ? ` -a '(plotd completion ${values} ${verb} 2>/dev/null)'` : ''
}

/** The option of fish for the values of a flag: -r for files, -x for other values, none for a flag without a value. */
function valueOption(values: Values, verb: string): string {
  if (values === 'nothing') return ''
  return values === 'files' ? ' -r' : ` -x${candidates(values, verb)}`
}
