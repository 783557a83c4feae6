import { describe, expect, it } from 'vitest'
import { measure, prepare } from '../../../src/plotter/prepare/index.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { render } from '../../../src/tasks/index.ts'
import { patterns } from '../../../src/tasks/pattern/index.ts'
import { templates } from '../../../src/tasks/postcard/index.ts'
import { sample } from '../../support/fuzz.ts'

const axidraw = profileNamed('axidraw-v3')

const cards = Object.values(templates).map(({ name, example }) => ({
  name,
  task: 'postcard',
  params: { ...example, template: name },
}))
const sheets = Object.keys(patterns).map((name) => ({ name, task: 'pattern', params: { pattern: name } }))

describe('the time of a drawing before it is planned', () => {
  it.each(sample([...cards, ...sheets], 3, 3))(
    'is within 3 percent of the time of its plan: $name',
    async ({ task, params }) => {
      const { drawing } = await render(task, params)
      if (!drawing) throw new Error('the task gives no drawing')
      const measured = measure(drawing, axidraw).estimate
      const planned = prepare(drawing, {}, axidraw).report.estimate
      expect(measured.seconds / planned.seconds).toBeGreaterThan(0.97)
      expect(measured.seconds / planned.seconds).toBeLessThan(1.03)
    },
  )
})
