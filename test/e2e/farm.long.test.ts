import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/threads.ts'
import { WITHOUT_POSTGRES } from '../support/postgres.ts'

describe(`hosts that share a queue on PostgreSQL${WITHOUT_POSTGRES === undefined ? '' : ` (left out: ${WITHOUT_POSTGRES})`}`, () => {
  it.skipIf(WITHOUT_POSTGRES !== undefined)(
    'draw each stroke once, even if a host is killed in the middle of a plot and a client resumes the job',
    async () => {
      const words = ['--hosts', '2', '--plotters', '1', '--jobs', '6', '--at-once']
      const demo = spawn(process.execPath, [join(packageRoot, 'dist/bench/farm/demo.js'), ...words])
      let output = ''
      for (const stream of [demo.stdout, demo.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
      const [code] = (await once(demo, 'close')) as [number | null]
      expect(output).toContain('nothing moves by itself')
      expect(output).toContain('6 finished')
      expect(output).toContain('Each stroke is on paper, and only redrawn strokes are there twice.')
      expect(code).toBe(0)
    },
  )
})
