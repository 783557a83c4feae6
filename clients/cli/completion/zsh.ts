import type { FlagWords, Place, VerbWords } from './vocabulary.ts'

/** The completion script for zsh: a file `_plotd` in `fpath`. */
export const zsh = (all: readonly VerbWords[]): string => `#compdef plotd
_plotd_ask() {
  local -a candidates
  candidates=("\${(@f)$(plotd completion $1 $2 2>/dev/null)}")
  candidates=("\${(@)candidates/$'\\t'/:}")
  _describe "$1" candidates
}
_plotd() {
  local -a verbs
  verbs=(
${all.map(({ verb, summary }) => `    ${quoted(`${verb}:${summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    return
  fi
  local verb="\${words[2]}"
  shift words
  (( CURRENT-- ))
  case "$verb" in
${all.map(verbCase).join('\n')}
  esac
}
_plotd "$@"
`

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function verbCase({ verb, names, flags, place }: VerbWords): string {
  const specs = flags.flatMap((flag) => spec(flag, verb))
  const rest = place === 'nothing' ? [] : [quoted(`*:${verb}${action(place, verb)}`)]
  return `    ${names.join('|')}) _arguments -s ${[...specs, ...rest].join(' ')} ;;`
}

/** One specification for each spelling of a flag. */
function spec({ name, letters, description: about, value }: FlagWords, verb: string): string[] {
  const description = about.replaceAll(/[[\]]/g, '').replaceAll(':', '\\:')
  const after = value === 'nothing' ? '' : `:${name}${action(value, verb)}`
  return [`--${name}`, ...letters.map((letter) => `-${letter}`)].map((flag) =>
    quoted(`${flag}[${description}]${after}`),
  )
}

function action(place: Place, verb: string): string {
  if (typeof place !== 'string') return `:(${place.words.join(' ')})`
  if (place === 'files') return ':_files'
  return place === 'jobs' || place === 'plotters' ? `:{_plotd_ask ${place} ${verb}}` : ': '
}
