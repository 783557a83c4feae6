import type { FlagWords, Values, VerbWords } from './vocabulary.ts'

/** The completion script for bash. The script does not need the package bash-completion. */
export const bash = (all: readonly VerbWords[]): string => `# bash completion for plotd
_plotd() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" verb="\${COMP_WORDS[1]}"
  # bash splits --flag=value at =
  if [ "$cur" = '=' ]; then cur=''
  elif [ "$prev" = '=' ]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  local flags='' kind='words' words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${all.map(({ verb }) => verb).join(' ')} help version'
  else
    case "$verb" in
${all.map(verbCase).join('\n')}
    *) kind='files' ;;
    esac
    if [ "\${cur:0:1}" = '-' ]; then kind='words' words="$flags"; fi
  fi
  case "$kind" in
  jobs|plotters) words="$(plotd completion "$kind" "$verb" 2>/dev/null | cut -f1)" ;;
  files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _plotd plotd
`

function verbCase({ names, flags, values }: VerbWords): string {
  const flagsWithValue = flags.filter((flag) => flag.values !== 'nothing')
  return [
    `    ${names.join('|')})`,
    `      flags='${flags.map(({ name }) => `--${name}`).join(' ')}'`,
    '      case "$prev" in',
    ...flagsWithValue.map((flag) => `      ${spellings(flag)}) ${shellAssignment(flag.values)} ;;`),
    `      *) ${shellAssignment(values)} ;;`,
    '      esac ;;',
  ].join('\n')
}

const spellings = ({ name, letters }: FlagWords): string =>
  [`--${name}`, ...letters.map((letter) => `-${letter}`)].join('|')

const shellAssignment = (values: Values): string =>
  typeof values === 'string' ? `kind='${values}'` : `words='${values.words.join(' ')}'`
