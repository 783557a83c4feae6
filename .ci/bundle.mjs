/**
 * Joins the modules of `src` and `clients` to about 200 files in `dist/`, because Node loads a few large files
 * faster than a thousand small ones. The bundle leaves out other packages, which npm installs. All entries are built
 * together, so that a class such as `PlotdError` exists once, also in a thread that loads the module of a custom task.
 */
import { rolldown } from 'rolldown'

/** The files that users, processes and threads start from. These files share all other code, in chunks. */
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
  experimental: { attachDebugInfo: 'none' }, // without the path of each module
})
await build.write({ dir: 'dist', format: 'esm', chunkFileNames: 'chunks/[name].js', comments: false })
