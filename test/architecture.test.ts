import { describe, expect, it } from 'vitest'
import { importsOf, type Source, sources, valueImportsOf } from './support/sources.ts'

/**
 * The folders that each top folder may import. `import type` counts. 'root' is the files directly in src/.
 * ARCHITECTURE.md has the same rules (“Who may import whom”).
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/root': [
    'src/tasks',
    'src/import',
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
  'src/import': ['src/geometry', 'src/hershey', 'src/svg'],
  'src/tasks': ['src/geometry', 'src/hershey', 'src/svg', 'src/import'],
  'src/plotter': ['src/geometry'],
  'src/spool': [],
  // In the daemon, only the room `farm` may import clients/node: this room is a client of other hosts.
  'src/daemon': ['src/geometry', 'src/hershey', 'src/svg', 'src/tasks', 'src/plotter', 'src/spool', 'clients/node'],
  'clients/node': ['src/daemon'],
  'clients/notify': ['clients/node', 'src/daemon'],
  'clients/printer': ['clients/node', 'src/daemon'],
  'clients/cli': ['clients/node', 'clients/notify', 'clients/printer', 'src/daemon', 'src/root'],
  'clients/web': ['clients/node', 'src/daemon'],
}
/**
 * For each folder, the imports that its sub-folders may make from each other; '' is the files directly in the folder.
 */
const ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'src/plotter': {
    profiles: [],
    link: [],
    motion: ['profiles'],
    prepare: ['motion', 'profiles'],
    plan: ['prepare', 'motion', 'profiles'],
    simulators: ['link', 'profiles'],
    transport: ['simulators', 'link', 'profiles'],
    drivers: ['plan', 'motion', 'link', 'profiles'],
    export: ['drivers', 'plan', 'motion', 'profiles'],
    propose: ['drivers', 'transport', 'profiles'],
    session: ['drivers', 'transport', 'plan', 'motion', 'link', 'profiles'],
  },
  // Of the files directly in src/spool, some import rooms. Rooms import only the others.
  'src/spool': {
    output: [],
    render: [],
    journal: [''],
    queue: ['journal', ''],
    postgres: ['queue', 'journal', ''],
    '': ['postgres', 'queue', 'journal', 'output', 'render'],
  },
  // Of the files directly in src/svg and src/tasks, some import rooms. Rooms import only the others.
  'src/svg': {
    fill: [],
    writer: [''],
    picture: [''],
    reader: ['fill', ''],
    '': ['reader', 'picture', 'writer', 'fill'],
  },
  'src/tasks': {
    draw: [],
    pattern: ['draw', ''],
    photo: ['pattern', 'draw', ''],
    signs: ['draw', ''],
    alphabet: ['signs', 'photo', ''],
    postcard: ['signs', 'draw', ''],
    envelope: [''],
    impose: [''],
    text: ['draw', ''],
    '': ['text', 'impose', 'envelope', 'postcard', 'alphabet', 'signs', 'photo', 'pattern', 'draw'],
  },
  // Each format has a folder, and several formats share the code in `draw`. Of the files directly in src/import,
  // `registry.ts` and `index.ts` import folders. Folders import only the others.
  'src/import': {
    pdf: ['draw', ''],
    draw: [''],
    dxf: ['draw', ''],
    hpgl: ['draw', ''],
    raster: [''],
    gcode: ['draw', ''],
    text: ['draw', ''],
    '': ['pdf', 'raster', 'dxf', 'hpgl', 'gcode', 'text'],
  },
  'src/hershey': {
    fonts: [],
    glyphs: ['fonts'],
    layout: ['glyphs', 'fonts'],
    paragraph: ['layout', 'glyphs', 'fonts'],
    capture: ['fonts'],
    centreline: ['fonts'],
    collections: ['fonts'],
    '': ['collections', 'centreline', 'capture', 'paragraph', 'layout', 'glyphs', 'fonts'],
  },
  'clients/cli': {
    ui: [],
    io: ['ui'],
    args: ['io', 'ui'],
    errors: ['args', 'io', 'ui'],
    fonts: ['io', 'ui'],
    flags: ['args', 'io', 'ui'],
    jobs: ['flags', 'fonts', 'errors', 'args', 'io', 'ui'],
    completion: ['args'],
    doctor: ['errors', 'io', 'ui'],
    demo: ['flags', 'errors', 'io', 'ui'],
    setup: ['io', 'ui'],
    calibrate: [],
    commands: [
      'calibrate',
      'setup',
      'demo',
      'doctor',
      'completion',
      'jobs',
      'flags',
      'fonts',
      'errors',
      'args',
      'io',
      'ui',
    ],
    '': ['commands', 'errors', 'args', 'io', 'ui'],
  },
  'clients/printer': {
    ipp: [],
    '': ['ipp'],
  },
  'clients/web/src': {
    shared: [],
    state: ['shared'],
    sheet: ['state', 'shared'],
    compose: ['sheet', 'state', 'shared'],
    job: ['sheet', 'state', 'shared'],
    queue: ['job', 'sheet', 'state', 'shared'],
    plotters: ['state', 'shared'],
    farm: ['plotters', 'state', 'shared'],
    status: ['plotters', 'job', 'state', 'shared'],
    '': ['farm', 'status', 'plotters', 'queue', 'job', 'compose', 'sheet', 'state', 'shared'],
  },
  'src/daemon': {
    protocol: [],
    files: [],
    host: [],
    config: ['protocol'],
    auth: ['protocol'],
    events: ['protocol'],
    'custom-tasks': ['config'],
    render: ['custom-tasks', 'config', 'files', 'protocol'],
    plotting: ['render', 'config', 'protocol'],
    methods: ['plotting', 'render', 'custom-tasks', 'events', 'auth', 'config', 'files', 'protocol'],
    server: ['methods', 'events', 'auth', 'config', 'files', 'protocol', 'render'],
    farm: ['methods', 'render', 'custom-tasks', 'auth', 'config', 'files', 'protocol'],
    '': [
      ...['farm', 'server', 'methods', 'plotting', 'render', 'custom-tasks', 'events'],
      ...['auth', 'config', 'host', 'files', 'protocol'],
    ],
  },
  'src/svg/reader': {
    document: [],
    css: ['document'],
    shapes: ['css', 'document'],
    reading: ['shapes', 'css', 'document'],
    text: ['reading', 'shapes', 'css', 'document'],
    paint: ['text', 'reading', 'shapes', 'css', 'document'],
    '': ['paint', 'text', 'reading', 'shapes', 'css', 'document'],
  },
}

/** Files directly in src/ that every folder may import. */
const COMMON = [
  'src/decode-with.ts',
  'src/errors.ts',
  'src/in-time.ts',
  'src/slices.ts',
  'src/threads.ts',
  'src/turns.ts',
  'src/values.ts',
]
/** Files of src/ that each client may import in addition to `COMMON`. Only the command line starts a daemon. */
const MAY_READ: Readonly<Record<string, RegExp>> = {
  'clients/node': /^src\/daemon\/protocol\//,
  'clients/web': /^src\/daemon\/protocol\//,
  'clients/notify': /^src\/daemon\/(protocol|config)\//,
  'clients/printer': /^src\/daemon\/(protocol|config)\//,
  'clients/cli': /^src\/(daemon\/(protocol|config)\/|daemon\/main\.ts$|index\.ts$)/,
}

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

function straysWithin(folder: string, files: readonly Source[]): string[] {
  const rules = ROOMS[folder] ?? {}
  const roomIn = (path: string): string | undefined => {
    if (!path.startsWith(`${folder}/`)) return undefined
    const [name = '', ...rest] = path.slice(folder.length + 1).split('/')
    return rest.length === 0 ? '' : name
  }
  return files.flatMap((file) => {
    const from = roomIn(file.path)
    if (from === undefined) return []
    return importsOf(file)
      .filter((target) => ![undefined, from].includes(roomIn(target)))
      .filter((target) => !rules[from]?.includes(roomIn(target) ?? ''))
      .map((target) => `${file.path} → ${target}`)
  })
}

/**
 * Imports that bypass the index.ts of a room. The first comment of an index.ts names the files that are exceptions, or
 * permits all files.
 */
function detours(files: readonly Source[]): string[] {
  const rooms = files
    .filter(({ path }) => path.endsWith('/index.ts') && path !== 'src/index.ts')
    .map(({ path, text }) => ({
      index: path,
      folder: path.slice(0, -'index.ts'.length),
      head: text.split('*/')[0] ?? '',
    }))
    .sort((a, b) => a.folder.length - b.folder.length)
  return files.flatMap((file) =>
    importsOf(file)
      .filter((target) => {
        const outermost = rooms.find(({ folder }) => target.startsWith(folder) && !file.path.startsWith(folder))
        if (outermost === undefined || target === outermost.index) return false
        const name = target.slice(outermost.folder.length).replace(/\.tsx?$/, '')
        return !new RegExp(`any file of this room|\`${name}(\\.ts)?\``).test(outermost.head)
      })
      .map((target) => `${file.path} → ${target}`),
  )
}

/** Circles of imports by value. Finds at least one circle if there is any. */
function circles(files: readonly Source[]): string[] {
  const imports = new Map(files.map((file) => [file.path, valueImportsOf(file)]))
  const done = new Set<string>()
  const violations: string[] = []
  const follow = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) violations.push([...trail.slice(start), path].join(' → '))
    if (start >= 0 || done.has(path)) return
    for (const target of imports.get(path) ?? []) follow(target, [...trail, path])
    done.add(path)
  }
  for (const path of imports.keys()) follow(path, [])
  return violations
}

/** All files that a script loads at its start, by its imports of values. */
function loadedBy(script: string, files: readonly Source[]): Set<string> {
  const imports = new Map(files.map((file) => [file.path, valueImportsOf(file)]))
  const loaded = new Set([script]) // grows in the loop, which visits each file once
  for (const path of loaded) for (const target of imports.get(path) ?? []) loaded.add(target)
  return loaded
}

describe('the architecture', () => {
  it('lets each folder import only the folders that are listed for it', () => {
    expect(strays(everything)).toEqual([])
  })

  it('has a check that finds an import of a folder that is not listed', () => {
    const stray = { path: 'src/spool/x.ts', text: "import { a } from '../plotter/drivers/driver.ts'" }
    expect(strays([stray])).toEqual(['src/spool/x.ts → src/plotter/drivers/driver.ts'])
  })

  it.each(Object.keys(ROOMS))('lets the sub-folders of %s import from each other only as listed', (folder) => {
    expect(everything.some(({ path }) => path.startsWith(`${folder}/`))).toBe(true)
    expect(straysWithin(folder, everything)).toEqual([])
  })

  it('has a check that finds a forbidden import within a folder, and an import by a room without a rule', () => {
    const up = { path: 'src/svg/reader/css/x.ts', text: "import type { A } from '../paint/clip.ts'" }
    const unknown = { path: 'src/svg/reader/attic/x.ts', text: "import { a } from '../css/calc.ts'" }
    expect(straysWithin('src/svg/reader', [up, unknown])).toEqual([
      'src/svg/reader/css/x.ts → src/svg/reader/paint/clip.ts',
      'src/svg/reader/attic/x.ts → src/svg/reader/css/calc.ts',
    ])
  })

  it('permits only the room `farm` of the daemon to be a client of other hosts', () => {
    const clients = everything
      .filter(({ path }) => path.startsWith('src/daemon/') && !path.startsWith('src/daemon/farm/'))
      .filter((file) => importsOf(file).some((target) => target.startsWith('clients/')))
    expect(clients.map(({ path }) => path)).toEqual([])
  })

  it('has no circle of imports, except circles of types', () => {
    expect(circles(everything)).toEqual([])
  })

  it('has a check that finds a circle by value, and permits a circle of types', () => {
    const file = (name: string, text: string) => ({ path: `src/geometry/${name}.ts`, text })
    const [a, b, c] = [
      file('a', "import {\n  type B,\n  b,\n} from './b.ts'"),
      file('b', "export * from './c.ts'"),
      file('c', "import './a.ts'"),
    ]
    expect(circles([a, b, c])).toEqual([
      'src/geometry/a.ts → src/geometry/b.ts → src/geometry/c.ts → src/geometry/a.ts',
    ])
    expect(circles([a, b, file('c', "import { type A } from './a.ts'\nimport type { B } from './b.ts'")])).toEqual([])
  })

  it('loads the schemas of the methods in the daemon, and in none of its threads', () => {
    const schemas = 'src/daemon/protocol/job-methods.ts'
    expect(loadedBy('src/daemon/main.ts', everything)).toContain(schemas)
    expect(loadedBy('src/daemon/render/thread-entry.ts', everything)).not.toContain(schemas)
  })

  it('lets each client import only the listed files of src', () => {
    const inside = everything
      .filter(({ path }) => path.startsWith('clients/'))
      .flatMap((file) => importsOf(file).map((target) => ({ from: file.path, target })))
      .filter(({ target }) => target.startsWith('src/') && !COMMON.includes(target))
      .filter(({ from, target }) => !MAY_READ[room(from)]?.test(target))
    expect(inside).toEqual([])
  })

  it('lets other folders import from a room only index.ts and the files that its first comment names', () => {
    expect(detours(everything)).toEqual([])
  })

  it('has a check that finds an import of a file that the first comment does not name', () => {
    const index = { path: 'src/a/index.ts', text: '/** The room `a`: other rooms import `b`, too. */' }
    const file = { path: 'src/x.ts', text: "import { b } from './a/b.ts'\nimport { c } from './a/c.ts'" }
    expect(detours([index, file])).toEqual(['src/x.ts → src/a/c.ts'])
  })

  it('keeps Node, the clock and Math.random out of geometry, layout, prepare, motion and state machines', () => {
    const pure = everything.filter(({ path }) =>
      /^src\/(geometry|hershey\/(glyphs|layout)|plotter\/(prepare|motion|session\/(next-state|grant))|spool\/(job|next|order)|errors)\b/.test(
        path,
      ),
    )
    expect(pure.length).toBeGreaterThan(5)
    const impure = pure.filter(({ text }) => /from 'node:|Date\.now|Math\.random|process\.|performance\./.test(text))
    expect(impure.map(({ path }) => path)).toEqual([])
  })
})
