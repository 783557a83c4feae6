import { describe, expect, it } from 'vitest'
import { render } from '../../src/tasks/index.ts'

const text = Array.from(
  { length: 40 },
  (_, i) => `This is sentence number ${i} of a letter that goes on for a while.`,
).join(' ')

describe('a letter', () => {
  it('pauses for a fresh sheet before each page after the first', async () => {
    const { drawing } = await render('letter', { text, paper: 'a6', margin: 12, footer: '{page}' })
    expect([drawing?.width, drawing?.height]).toEqual([105, 148])
    const [first, ...others] = drawing?.layers ?? []
    expect(first).toMatchObject({ name: expect.stringMatching(/^sheet 1 of \d$/), options: {} })
    expect(others.length).toBeGreaterThan(1)
    for (const layer of others) expect(layer).toMatchObject({ options: { pauseBefore: true } })
  })

  it('draws one sheet alone, and refuses a sheet that does not exist', async () => {
    const { drawing } = await render('letter', { text, paper: 'a6', only: 2 })
    expect(drawing?.layers.map(({ name }) => name)).toEqual([expect.stringMatching(/^sheet 2 of/)])
    await expect(render('letter', { text, only: 9 })).rejects.toMatchObject({ code: 'ERR_PARAMS' })
  })

  it('warns, as the task `text` does, when the text fits only with an x-height below 2.2 mm', async () => {
    const roomy = await render('letter', { text, paper: 'a4', pages: 1 })
    expect(roomy.warnings).toEqual([])
    const tight = await render('letter', { text, paper: 'a6', pages: 1 })
    expect(tight.drawing?.layers).toHaveLength(1)
    expect(tight.warnings).toMatchObject([{ code: 'text-fit', message: expect.stringMatching(/below 2.2 mm/) }])
    const card = await render('text', { text: text.slice(0, 900), width: 70, height: 70, fit: true })
    expect(card.warnings).toMatchObject([{ code: 'text-fit' }])
  })

  it('refuses a text that does not fit its sheets, and an invalid shape', async () => {
    await expect(render('letter', { text: text.repeat(9), paper: 'a6', pages: 1 })).rejects.toMatchObject({
      code: 'ERR_PARAMS',
      message: expect.stringMatching(/short enough for one sheet/),
    })
    await expect(render('letter', { text, around: 'a fox' })).rejects.toMatchObject({ code: 'ERR_PARAMS' })
  })

  it('warns of lines that are wider than their places in a shape', async () => {
    const words = 'unquestionably extraordinary circumstances notwithstanding '.repeat(6)
    const { warnings } = await render('letter', { text: words, inside: 'M40 40 L170 40 L105 140 Z' })
    expect(warnings).toMatchObject([{ code: 'text-fit', message: expect.stringMatching(/wider than/) }])
  })

  it('refuses a margin with which letters leave the sheet', async () => {
    for (const params of [{ hand: 1 }, { align: 'right' }]) {
      await expect(render('letter', { text, margin: 0, ...params })).rejects.toMatchObject({
        code: 'ERR_PARAMS',
        message: expect.stringMatching(
          /margin is 0, expected a larger margin, because ink would leave the sheet by up to [\d.]+ mm/,
        ),
      })
    }
    await render('letter', { text, margin: 5, hand: 1 })
  })

  it('takes languages with and without hyphenation patterns, and hyphenates only with patterns', async () => {
    const words = 'unquestionably extraordinary circumstances notwithstanding '.repeat(6)
    const written = async (language?: string) => {
      const { drawing } = await render('letter', { text: words, paper: 'a6', ...(language && { language }) })
      return drawing?.points.length
    }
    const whole = await written()
    expect(await written('en')).not.toBe(whole)
    for (const language of ['vi', 'yo', 'haw', 'zh-Hant']) expect(await written(language)).toBe(whole)
    await expect(written('english')).rejects.toMatchObject({ code: 'ERR_PARAMS' })
  })
})
