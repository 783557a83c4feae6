/**
 * Joins the modules of `src` and `clients` to about 170 files in `dist/`, because Node loads a few large files faster than a
 * thousand small ones. Packages of others stay outside: npm installs them. All entries are of one build, so that a class such
 * as `PlotdError` exists once, also in a thread that loads the module of a custom task.
 */
import { rolldown } from 'rolldown'

/** The files that users, processes and threads start from. Everything else stands in chunks that they share. */
const ENTRIES = [
  'clients/cli/main',
  'clients/cli/run-words',
  'clients/node/index',
  'src/index',
  'src/daemon/main',
  'src/daemon/render/thread-entry',
  'src/daemon/custom-tasks/load-modules-thread',
  'src/svg/picture/png-thread',
]
const OUR_OWN = /^[./]/
/** Code that rolldown adds for syntax that Node 20 does not know. */
const HELPERS = /@oxc-project\/runtime/

const build = await rolldown({
  input: Object.fromEntries(ENTRIES.map((entry) => [entry, `${entry}.ts`])),
  platform: 'node',
  transform: { target: 'node20.19' },
  external: (id) => !OUR_OWN.test(id) && !HELPERS.test(id),
})
await build.write({ dir: 'dist', format: 'esm', chunkFileNames: 'chunks/[name].js', comments: false })
