import { defineCommand, type Flags, SHARED } from '../command.ts'
import { VERBS } from '../verbs.ts'

export const completion = defineCommand({
  takes: '<shell>',
  about: 'Print a completion script for your shell: verbs, their flags, and words that a flag may have.',
  positionals: { shell: { type: 'string', choices: ['bash', 'zsh', 'fish'], describe: 'which shell' } },
  flags: {},
  examples: [
    ['completion bash > ~/.local/share/bash-completion/completions/plotd', ''],
    ['completion zsh > ~/.zfunc/_plotd', 'with ~/.zfunc in fpath'],
    ['completion fish > ~/.config/fish/completions/plotd.fish', ''],
  ],
  async run({ shell }, io) {
    const words = await vocabulary()
    const script = SCRIPTS[shell as keyof typeof SCRIPTS](words)
    io.answer({ shell, script }, () => script.trimEnd())
    return 0
  },
})

interface Flag {
  readonly name: string
  readonly says: string
  readonly choices: readonly string[]
}
interface Words {
  readonly verb: string
  readonly summary: string
  readonly flags: readonly Flag[]
  /** What the first word after the verb may be. */
  readonly choices: readonly string[]
}

async function vocabulary(): Promise<Words[]> {
  return Promise.all(
    Object.entries(VERBS).map(async ([name, verb]) => {
      const { flags, positionals } = await verb.load()
      const every: Flags = { ...flags, ...SHARED }
      const all = Object.entries(every).map(([name, { describe, choices = [] }]) => ({
        name,
        says: describe ?? '',
        choices: choices.map(String),
      }))
      const [first] = Object.values(positionals)
      return { verb: name, summary: verb.summary, flags: all, choices: (first?.choices ?? []).map(String) }
    }),
  )
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function bash(words: readonly Words[]): string {
  const cases = words.map(({ verb, flags, choices }) => {
    const said = [...choices, ...flags.map(({ name }) => `--${name}`), '--help'].join(' ')
    return `    ${verb}) words="${said}" ;;`
  })
  return `# bash completion for plotd
_plotd() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${words.map(({ verb }) => verb).join(' ')}"
  else
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="" ;;
  esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$cur"))
}
complete -F _plotd plotd
`
}

function zsh(words: readonly Words[]): string {
  const verbs = words.map(({ verb, summary }) => `    ${quoted(`${verb}:${summary.replaceAll(':', '\\:')}`)}`)
  const cases = words.map(({ verb, flags, choices }) => {
    const specs = flags.map(({ name, says, choices: values }) => {
      const value = values.length > 0 ? `:value:(${values.join(' ')})` : ''
      return quoted(`--${name}[${says.replaceAll(/[[\]]/g, '')}]${value}`)
    })
    const first = choices.length > 0 ? `'1:what:(${choices.join(' ')})'` : "'*:file:_files'"
    return `    ${verb}) _arguments ${specs.join(' ')} ${first} ;;`
  })
  return `#compdef plotd
_plotd() {
  local -a verbs
  verbs=(
${verbs.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    return
  fi
  local verb="\${words[2]}"
  shift words
  (( CURRENT-- ))
  case "$verb" in
${cases.join('\n')}
  esac
}
_plotd "$@"
`
}

function fish(words: readonly Words[]): string {
  const lines = words.flatMap(({ verb, summary, flags, choices }) => {
    const here = `-n '__fish_seen_subcommand_from ${verb}'`
    return [
      `complete -c plotd -n __fish_use_subcommand -f -a ${verb} -d ${quoted(summary)}`,
      ...choices.map((choice) => `complete -c plotd ${here} -f -a ${choice}`),
      ...flags.map(({ name, says, choices: values }) => {
        const value = values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : ''
        return `complete -c plotd ${here} -l ${name} -d ${quoted(says)}${value}`
      }),
    ]
  })
  return `# fish completion for plotd\n${lines.join('\n')}\n`
}

const SCRIPTS = { bash, zsh, fish } as const
