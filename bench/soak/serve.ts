import './preload.ts'
import { serve } from '../../src/daemon/main.ts'

/** Runs the daemon of a soak. The first argument has the daemon's flags as JSON. Prints the daemon's address. */
const flags = JSON.parse(process.argv[2] ?? '{}') as Record<string, unknown>
process.exitCode = await serve({ flags, env: {}, onReady: ({ url }) => console.log(url) })
