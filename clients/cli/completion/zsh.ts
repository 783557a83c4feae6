import type { FlagWords, Values, VerbWords } from './vocabulary.ts'

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

function verbCase({ verb, names, flags, values }: VerbWords): string {
  const specs = flags.flatMap((flag) => spec(flag, verb))
  const rest = values === 'nothing' ? [] : [quoted(`*:${verb}${action(values, verb)}`)]
  return `    ${names.join('|')}) _arguments -s ${[...specs, ...rest].join(' ')} ;;`
}

/** One specification for each spelling of a flag. */
function spec({ name, letters, description: about, values }: FlagWords, verb: string): string[] {
  const description = about.replaceAll(/[[\]]/g, '').replaceAll(':', '\\:')
  const after = values === 'nothing' ? '' : `:${name}${action(values, verb)}`
  return [`--${name}`, ...letters.map((letter) => `-${letter}`)].map((flag) =>
    quoted(`${flag}[${description}]${after}`),
  )
}

function action(values: Values, verb: string): string {
  if (typeof values !== 'string') return `:(${values.words.join(' ')})`
  if (values === 'files') return ':_files'
  return values === 'jobs' || values === 'plotters' ? `:{_plotd_ask ${values} ${verb}}` : ': '
}
