import type { FlagWords, Place, VerbWords } from './vocabulary.ts'

export const fish = (all: readonly VerbWords[]): string => `# fish completion for plotd
function __plotd_verb
  set -l typed (commandline -opc)
  test (count $typed) -ge 2; and contains -- $typed[2] $argv
end
${all.flatMap(lines).join('\n')}
`

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

function lines({ verb, names, summary, flags, place }: VerbWords): string[] {
  const here = `complete -c plotd -n '__plotd_verb ${names.join(' ')}'`
  return [
    `complete -c plotd -n 'test (count (commandline -opc)) -eq 1' -f -a ${verb} -d ${quoted(summary)}`,
    ...(place === 'files' ? [] : [`${here} -f${candidates(place, verb)}`]),
    ...flags.map((flag) => `${here}${spellings(flag)} -d ${quoted(flag.description)}${valueOption(flag.value, verb)}`),
  ]
}

const spellings = ({ name, letters }: FlagWords): string =>
  [` -l ${name}`, ...letters.map((letter) => ` -s ${letter}`)].join('')

function candidates(place: Place, verb: string): string {
  if (typeof place !== 'string') return ` -a ${quoted(place.words.join(' '))}`
  return place === 'jobs' || place === 'plotters' ? ` -a '(plotd completion ${place} ${verb} 2>/dev/null)'` : ''
}

/** The option of fish for a flag with a value: -r for any value, -x for a value that is not a file. */
function valueOption(place: Place, verb: string): string {
  if (place === 'nothing') return ''
  return place === 'files' ? ' -r' : ` -x${candidates(place, verb)}`
}
