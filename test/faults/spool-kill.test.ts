import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kill, killRounds, startVictim, until } from '../../bench/faults/kill-rounds.ts'
import { openSpool } from '../../src/spool/index.ts'
import { runs } from '../support/fuzz.ts'
import { tempFolder } from '../support/temp-folder.ts'

const ROUNDS = runs(10).numRuns ?? 10

describe('a spool whose process is killed under load', () => {
  it.each([
    ['the system continues', 'kill'],
    ['the power fails too, and unsynced bytes are lost', 'cut'],
  ] as const)('loses no acknowledged job, and plots nothing by itself, when %s', async (_, ending) => {
    const { acknowledged, wrong } = await killRounds(tempFolder(), ending === 'kill' ? ROUNDS : ROUNDS / 2, ending)
    expect(wrong).toEqual([])
    expect(acknowledged).toBeGreaterThan(10 * ROUNDS)
  })
})

describe('a spool folder', () => {
  it('is open for one process at a time: until that process has ended, other processes are refused with its pid', async () => {
    const folder = tempFolder()
    const first = startVictim(folder, 1, 'kill')
    await until(() => first.acknowledgements.has(''))
    const refusal = { code: 'ERR_STATE_LOCKED', detail: { pid: first.child.pid } }
    await expect(openSpool(folder)).rejects.toMatchObject(refusal)
    await kill(first)
    const second = await openSpool(folder)
    await expect(openSpool(folder)).rejects.toMatchObject({ code: 'ERR_STATE_LOCKED', detail: { pid: process.pid } })
    await second.close()
    await (await openSpool(folder)).close()
  })

  it('opens with a leftover lock file, even if the file has the pid of a living process', async () => {
    const folder = tempFolder()
    const spool = await openSpool(folder)
    const text = readFileSync(join(folder, 'lock'), 'utf8')
    await spool.close()
    expect(text).toContain(String(process.pid))
    writeFileSync(join(folder, 'lock'), text)
    await (await openSpool(folder)).close()
  })
})
