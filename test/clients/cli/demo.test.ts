import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { removeFolder } from '../../support/remove-folder.ts'
import { plotd } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'plotd-demo-test-'))
afterAll(() => removeFolder(folder))

it('the demo plots a postcard with ink within 0.02 mm of the drawing, and prints no secret', async () => {
  const { code, out, err } = await plotd(['demo', '-o', folder, '--speed', '60', '--json'], { TMPDIR: folder })
  expect([code, err]).toEqual([0, ''])
  expect(out).not.toMatch(/#(login|token)=|"token"|Bearer/)
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.filter(({ event }) => event === 'queued').map(({ job }) => job.task)).toEqual([
    'pattern',
    'pattern',
    'postcard',
  ])
  const last = lines.at(-1)
  expect(last).toMatchObject({ event: 'measured', within: true })
  expect(last.inkMm).toBeLessThan(0.02)
  expect(last.drawingMm).toBeLessThan(0.02)
  expect(readFileSync(last.drawing, 'utf8')).toContain('width="210mm"')
  expect(readFileSync(last.ink, 'utf8')).toContain('<path')
  expect(existsSync(last.png)).toBe(true)
  for (const { job } of lines.filter(({ event }) => event === 'rendered')) {
    expect(existsSync(join(folder, job.result.path))).toBe(true)
  }
})
