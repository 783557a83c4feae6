import './preload.ts'
import { serve } from '../../src/daemon/main.ts'

/** The daemon of a soak: its flags as JSON in the first argument, its address on stdout. */
const flags = JSON.parse(process.argv[2] ?? '{}') as Record<string, unknown>
process.exitCode = await serve({ flags, env: {}, onReady: ({ url }) => console.log(url) })
