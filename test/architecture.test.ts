import { describe, expect, it } from 'vitest'
import { importsOf, type Source, sources } from './support/sources.ts'

/**
 * Who may import whom, by top folder. `import type` counts. 'root' is the files directly in src/.
 * This table is the architecture; ARCHITECTURE.md shows it in words.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/root': [
    'src/tasks',
    'src/svg',
    'src/hershey',
    'src/geometry',
    'src/plotter',
    'src/spool',
    'src/daemon',
    'clients/node',
  ],
  'src/geometry': [],
  'src/hershey': ['src/geometry'],
  'src/svg': ['src/geometry', 'src/hershey'],
  'src/tasks': ['src/geometry', 'src/hershey', 'src/svg'],
  'src/plotter': ['src/geometry'],
  'src/spool': [],
  'src/daemon': ['src/geometry', 'src/hershey', 'src/svg', 'src/tasks', 'src/plotter', 'src/spool'],
  'clients/node': ['src/daemon'],
  'clients/cli': ['clients/node', 'src/daemon', 'src/root'],
  'clients/web': ['clients/node', 'src/daemon'],
}
/** Who may import whom within src/plotter, by sub-folder. */
const IN_PLOTTER: Readonly<Record<string, readonly string[]>> = {
  profiles: [],
  link: [],
  motion: ['profiles'],
  prepare: ['motion', 'profiles'],
  plan: ['prepare', 'motion', 'profiles'],
  simulators: ['link', 'profiles'],
  transport: ['simulators', 'link', 'profiles'],
  drivers: ['plan', 'motion', 'link', 'profiles'],
  session: ['drivers', 'transport', 'plan', 'motion', 'link', 'profiles'],
}

/** Everyone may use the error class and, where side effects are allowed, the script locator. */
const COMMON = ['src/errors.ts', 'src/threads.ts']
/** Clients reach the daemon's types only; the command line also starts a daemon and renders at home, lazily. */
const CLIENTS_MAY_READ = /^src\/(daemon\/(protocol\/[\w-]*|main|running|config\/[\w-]*)\.ts|index\.ts)$/

const everything: readonly Source[] = [
  ...sources('src').map((s) => ({ ...s, path: `src/${s.path}` })),
  ...sources('clients').map((s) => ({ ...s, path: `clients/${s.path}` })),
]

function room(path: string): string {
  const [top = '', folder = '', ...rest] = path.split('/')
  return rest.length === 0 ? `${top}/root` : `${top}/${folder}`
}

function strays(files: readonly Source[]): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((target) => room(target) !== room(file.path) && !COMMON.includes(target))
      .filter((target) => !MAY_IMPORT[room(file.path)]?.includes(room(target)))
      .map((target) => `${file.path} → ${target}`),
  )
}

describe('the architecture', () => {
  it('imports only in the permitted direction', () => {
    expect(strays(everything)).toEqual([])
  })

  it('would notice a stray import', () => {
    const stray = { path: 'src/spool/x.ts', text: "import { a } from '../plotter/drivers/driver.ts'" }
    expect(strays([stray])).toEqual(['src/spool/x.ts → src/plotter/drivers/driver.ts'])
  })

  it('imports only in the permitted direction within src/plotter', () => {
    const inPlotter = (path: string) => /^src\/plotter\/(\w+)\//.exec(path)?.[1]
    const wrong = everything.flatMap((file) => {
      const from = inPlotter(file.path)
      return importsOf(file)
        .filter((target) => from !== undefined && inPlotter(target) !== undefined && inPlotter(target) !== from)
        .filter((target) => !IN_PLOTTER[from ?? '']?.includes(inPlotter(target) ?? ''))
        .map((target) => `${file.path} → ${target}`)
    })
    expect(wrong).toEqual([])
  })

  it('lets clients see nothing of the daemon but its protocol', () => {
    const inside = everything
      .filter(({ path }) => path.startsWith('clients/'))
      .flatMap((file) => importsOf(file).map((target) => ({ from: file.path, target })))
      .filter(({ target }) => target.startsWith('src/') && !COMMON.includes(target) && !CLIENTS_MAY_READ.test(target))
    expect(inside).toEqual([])
  })

  it('keeps geometry, planning and state machines free of the outside world', () => {
    const pure = everything.filter(({ path }) =>
      /^src\/(geometry\/|plotter\/(prepare|motion)\/|spool\/(job|next)|errors)/.test(path),
    )
    expect(pure.length).toBeGreaterThan(5)
    const impure = pure.filter(({ text }) => /from 'node:|Date\.now|Math\.random|process\.|performance\./.test(text))
    expect(impure.map(({ path }) => path)).toEqual([])
  })
})
