import { chmodSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { removeFolder } from './test/support/remove-folder.ts'

/** Rooms whose tests need no compiled code, no daemon and no device. */
const UNIT = [
  'test/*.test.ts',
  'test/{geometry,hershey,svg,import,tasks,plotter,spool,printer,bench,support}/**/*.test.ts',
]
/** Tests of the rooms of UNIT that need threads, a serial port, a browser or a database, or change their process. */
const NEED_MORE = [
  'test/svg/agreement.test.ts',
  'test/svg/picture/{png,pixels}.test.ts',
  'test/spool/render/render-pool.test.ts',
  'test/spool/output/output-swapped.test.ts',
  'test/spool/journal/unread-files.test.ts',
  'test/spool/postgres/**/*.test.ts',
  'test/hershey/**/own-fonts.test.ts',
  'test/**/*-serial.test.ts',
]
/** Tests of the rooms of UNIT that take seconds each: they plot whole sheets, read large files or wait. */
const LONGER = [
  'test/printer/half-sent.test.ts',
  'test/tasks/{golden,compiled-schema}.test.ts',
  'test/svg/golden.test.ts',
  'test/hershey/{glyphs/accounted,paragraph/set-pages}.test.ts',
  'test/import/{hostile,pdf-room,font-programs}.test.ts',
  'test/spool/repair.test.ts',
  'test/geometry/deviation.test.ts',
  'test/tasks/signs/qr-code.test.ts',
  'test/plotter/drivers/{ebb-contract,marlin-contract,grbl-family-contract,dots,refused-command}.test.ts',
  'test/plotter/marlin/stroke.test.ts',
  'test/plotter/hpgl/wire.test.ts',
  'test/plotter/prepare/{prepare,joins,rebuild,many-starts,narrowed}.test.ts',
  'test/plotter/motion/{plot-time,grbl-time,time-left,marlin-lines,jerk}.test.ts',
  'test/plotter/session/{grant-model,grbl-pauses}.test.ts',
]
const DAEMON = ['test/{daemon,clients,faults,e2e}/**/*.test.ts']
const LONG = ['test/**/*.long.test.ts']
const LONG_LISTS = ['test/faults/long-lists.long.test.ts']

const testFiles = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => join('test', path))
const including = (text: RegExp): string[] => testFiles.filter((path) => text.test(readFileSync(path, 'utf8')))

/** Tests that replace a module before it is loaded. Each of these files runs in a process of its own. */
const MOCKS = including(/vi\.mock\(/)
/** Tests of the README's promises, of faults and of random sequences. The project `long` runs them with more cases. */
const SWEEPS = [
  ...including(/\b(isLong|itLong|sample|trials)\b.* from '.*support\/fuzz\.ts'|contracts\/cuts\.ts/),
  'test/faults/spool-{corruption,kill}.test.ts',
  'test/{spool/model,plotter/session/grant-model,daemon/fuzz}.test.ts',
]
/**
 * Tests that take long, or wait longer than they work. They start first, so that other tests run during their waits,
 * and none of them runs alone at the end.
 */
const FIRST = [
  'farm-daemons',
  'workshop-night',
  'load-modules',
  'late-permission',
  'standstill',
  'soak',
  'long-lists',
  'start-pages',
  'page-restart',
  'hostile.long',
  'model.long',
  'farm.long',
  'demo',
  'signals',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isFirst = ({ moduleId }: TestSpecification) => FIRST.some((name) => basename(moduleId).startsWith(name))
    const sorted = await super.sort(files)
    return [...sorted.filter(isFirst), ...sorted.filter((file) => !isFirst(file))]
  }
}

const { PLOTD_FUZZ } = process.env
const short = { PLOTD_FUZZ: PLOTD_FUZZ ?? '0.1' }
const long = { PLOTD_FUZZ: PLOTD_FUZZ ?? '0.3' }
const compiled = { globalSetup: ['test/support/build.ts', 'test/support/postgres-run.ts'] }

/**
 * With this option V8 optimizes a function later, because tests call most functions too seldom to repay the
 * optimization. Node 22 and later refuse the option.
 */
const OPTIMIZE_LATE = process.version.startsWith('v20.') ? ['--interrupt-budget=500000'] : []

const RUN = 'plotd-tests-'
// One folder holds all temporary files of a run, also those of processes that tests kill. After the run, the folder is
// removed.
// Vitest loads this file once for each project, but only the first load makes the folder.
if (!basename(tmpdir()).startsWith(RUN)) {
  const temp = mkdtempSync(join(tmpdir(), RUN))
  chmodSync(temp, 0o755) // the server of PostgreSQL runs as another user
  process.env['TMPDIR'] = temp
  process.on('exit', () => removeFolder(temp))
}

/** Tests do not check how long they take. This limit only ends tests that hang; slow tests stay below it. */
const LIMIT_MS = 600_000
/**
 * A test of `unit` does not wait for real time. Only `build.test.ts` waits for another process (`sh`), and so does
 * `plotter/export` where `pdftocairo` is installed. The slowest test takes 4 s on a busy machine.
 */
const UNIT_LIMIT_MS = 120_000

/**
 * `unit` is for work in progress: it compiles nothing. `promises` and `promises-mocks` try each promise of the README
 * once. `long` tries what the README does not promise (`*.long.test.ts`), and more cases of promises (SWEEPS).
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/tally.ts'],
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
    expect: { poll: { timeout: LIMIT_MS } },
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // Many tests wait for processes, devices and databases, so running two more files than cores keeps all cores busy.
    maxWorkers: availableParallelism() + 2,
    // Vitest keeps transformed sources on the disk, by their content. A second run and the next project reuse them.
    experimental: { fsModuleCache: true },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: UNIT,
          exclude: [...NEED_MORE, ...LONGER, ...LONG],
          env: short,
          isolate: false,
          testTimeout: UNIT_LIMIT_MS,
          hookTimeout: UNIT_LIMIT_MS,
          // These tests hardly wait. More workers than cores would only load the modules more often.
          maxWorkers: availableParallelism(),
          // Projects with different numbers of workers need different groups. Vitest would drop the files of a group
          // with a negative number.
          sequence: { groupOrder: 1 },
          // The objects of a test die young. With more room for young objects, garbage collection takes less time.
          execArgv: ['--max-semi-space-size=64', ...OPTIMIZE_LATE],
        },
      },
      {
        extends: true,
        test: {
          name: 'promises',
          include: [...DAEMON, ...NEED_MORE, ...LONGER],
          exclude: [...MOCKS, ...LONG],
          env: short,
          isolate: false,
          execArgv: OPTIMIZE_LATE,
          ...compiled,
        },
      },
      { extends: true, test: { name: 'promises-mocks', include: MOCKS, exclude: LONG, env: short, ...compiled } },
      {
        extends: true,
        test: {
          name: 'long-lists',
          include: LONG_LISTS,
          env: long,
          // On a stack of a quarter of the default size, a call has room for a quarter as many arguments. So the lists
          // may be shorter, and the tests take a tenth of the time.
          execArgv: ['--stack-size=250'],
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: [...LONG, ...SWEEPS],
          exclude: LONG_LISTS,
          env: long,
          isolate: false,
          allowOnly: true, // `itLong` of test/support/fuzz.ts calls `it.only`
          ...compiled,
        },
      },
    ],
  },
})
