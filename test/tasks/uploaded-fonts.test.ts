import { describe, expect, it } from 'vitest'
import { uploadedFonts } from '../../src/tasks/index.ts'

const [first, second] = ['a'.repeat(64), 'b'.repeat(64)]

describe('the uploaded fonts of a job', () => {
  it('are the fonts of its texts and the other fonts that the task names, each once', () => {
    const task = {
      texts: () => [first, `${first}:smcp`, 'rowmans'].map((font) => ({ field: 'text', text: 'Ada', font })),
      fonts: () => [second, 'rowmans'],
    }
    expect([...uploadedFonts(task, {})].sort()).toEqual([first, second])
    expect(uploadedFonts({ fonts: task.fonts }, {})).toEqual([second])
    expect(uploadedFonts({}, {})).toEqual([])
  })
})
