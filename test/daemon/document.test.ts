import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRpc, protocolTables, recordTables } from '../../src/daemon/protocol/document.ts'
import { METHODS, NOTIFICATIONS } from '../../src/daemon/protocol/index.ts'
import { packageRoot } from '../../src/threads.ts'

const MARK = '<!-- generated -->\n'
const update = process.env['UPDATE_DOCS'] === '1'

describe('the documents of the protocol', () => {
  it('docs/protocol.md says what the schemas say', () => {
    const path = join(packageRoot, 'docs/protocol.md')
    const now = readFileSync(path, 'utf8')
    const [prose = ''] = now.split(MARK)
    const wanted = `${prose}${MARK}\n${recordTables()}\n\n${protocolTables()}\n`
    if (update) writeFileSync(path, wanted)
    expect(update ? wanted : now).toBe(wanted)
  })

  it('every method and notification is in it, and every method in the OpenRPC document', () => {
    const text = readFileSync(join(packageRoot, 'docs/protocol.md'), 'utf8')
    for (const name of [...Object.keys(METHODS), ...Object.keys(NOTIFICATIONS)]) expect(text).toContain(`### ${name}\n`)
    expect(openRpc('1').methods).toHaveLength(Object.keys(METHODS).length)
  })
})
