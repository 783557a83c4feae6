import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRpc } from '../../src/daemon/protocol/document.ts'
import { NOTIFICATIONS } from '../../src/daemon/protocol/events.ts'
import { METHODS } from '../../src/daemon/protocol/index.ts'
import { packageRoot } from '../../src/threads.ts'
import { configTable } from '../support/config-table.ts'
import { protocolTables, recordTables } from '../support/protocol-tables.ts'

const MARK = '<!-- generated -->\n'
const update = process.env['UPDATE_DOCS'] === '1'

/**
 * A document as it is, and with the generated text between its marks. UPDATE_DOCS=1 rewrites the file.
 */
function current(name: string, generated: string): { now: string; wanted: string } {
  const path = join(packageRoot, 'docs', name)
  const now = readFileSync(path, 'utf8')
  const [before = '', , after = ''] = now.split(MARK)
  const expected = [before, `\n${generated}\n\n`, after].join(MARK)
  if (update) writeFileSync(path, expected)
  return { now: update ? expected : now, wanted: expected }
}

describe('the generated parts of the docs', () => {
  it('match the schemas, in docs/protocol.md', () => {
    const { now, wanted } = current('protocol.md', `${recordTables()}\n\n${protocolTables()}`)
    expect(now).toBe(wanted)
  })

  it('match the keys of the configuration, in docs/operations.md', () => {
    const { now, wanted } = current('operations.md', configTable())
    expect(now).toBe(wanted)
  })

  it('include all methods and notifications, and OpenRPC describes as many methods as the protocol has', async () => {
    const text = readFileSync(join(packageRoot, 'docs/protocol.md'), 'utf8')
    for (const name of [...Object.keys(METHODS), ...Object.keys(NOTIFICATIONS)]) expect(text).toContain(`### ${name}\n`)
    expect((await openRpc('1')).methods).toHaveLength(Object.keys(METHODS).length)
  })
})
