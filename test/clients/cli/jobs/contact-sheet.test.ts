import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { batch } from '../../../../clients/cli/commands/batch.ts'
import type { Io } from '../../../../clients/cli/io/io.ts'
import { PlotdError } from '../../../../src/errors.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

/** Runs `plotd batch xmas --sheet FILE --columns 1` for cards without a picture: a page has room for three. */
async function sheetOf(cardCount: number, sheet: string) {
  const cards = Array.from({ length: cardCount }, (_, row) => ({ job: `j${row}`, row, title: 'Ada', status: 'queued' }))
  const answers: Readonly<Record<string, unknown>> = { 'batch.cards': { cards }, 'job.get': {} }
  const call = async (method: string) => {
    if (method === 'preview.render') throw new Error('not rendered')
    return answers[method]
  }
  const answered: unknown[] = []
  const io = {
    daemon: { call, connect: async () => ({ close: () => undefined }) },
    note: () => undefined,
    answer: (json: unknown, words: () => string) => void answered.push(json, words()),
  }
  const args = { name: 'xmas', sheet, columns: 1 } as unknown as Parameters<typeof batch.run>[0]
  await batch.run(args, io as unknown as Io)
  return answered
}

describe('the contact sheet of a batch', () => {
  it('has a new picture of a card whose SVG was removed from the output folder', async () => {
    const card = { job: 'j1', row: 2, title: 'Ada', status: 'finished', output: 'cards/ada.svg' }
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><path d="M1 1h5" stroke="black"/></svg>'
    const answers: Readonly<Record<string, unknown>> = {
      'batch.cards': { cards: [card] },
      'job.get': { task: 'text', params: {} },
      'preview.render': { svg },
    }
    const output = async () => {
      throw new PlotdError('ERR_FILE', 'there is no output "cards/ada.svg"')
    }
    const notes: string[] = []
    const io = {
      daemon: { call: async (method: string) => answers[method], connect: async () => ({ output, close: () => {} }) },
      note: (line: string) => void notes.push(line),
      answer: () => {},
    }
    const file = join(tempFolder(), 'xmas.pdf')
    const args = { name: 'xmas', sheet: file, columns: 1 } as unknown as Parameters<typeof batch.run>[0]
    await batch.run(args, io as unknown as Io)
    expect([existsSync(file), notes]).toEqual([true, []])
  })

  it('is one file for each page as PNG, and the answer names every file', async () => {
    const folder = tempFolder()
    const files = ['xmas.png', 'xmas-2.png', 'xmas-3.png'].map((name) => join(folder, name))
    expect(await sheetOf(7, join(folder, 'xmas.png'))).toEqual([
      { files, cards: 7, pages: 3 },
      `Wrote 7 cards on 3 pages to ${files.join(', ')}.`,
    ])
    expect(files.filter((file) => !existsSync(file))).toEqual([])
  })

  it('is one file as PDF', async () => {
    const file = join(tempFolder(), 'xmas.pdf')
    expect(await sheetOf(7, file)).toEqual([
      { files: [file], cards: 7, pages: 3 },
      `Wrote 7 cards on 3 pages to ${file}.`,
    ])
    expect(existsSync(file)).toBe(true)
  })
})
