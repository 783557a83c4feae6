import { describe, expect, it } from 'vitest'
import { prepareJob, render, taskList, tasks } from '../../src/tasks/index.ts'

describe('the task registry', () => {
  it('lists every task with the JSON Schema of its parameters', () => {
    const list = taskList()
    expect(list.map(({ name }) => name)).toEqual(Object.keys(tasks))
    for (const { summary, schema } of list) {
      expect(summary).not.toBe('')
      expect(schema).toHaveProperty('$schema')
    }
  })

  it('completes a job with its defaults, a title and an output path', () => {
    const job = prepareJob('pattern', { pattern: 'spiral', seed: 7 })
    expect(job).toMatchObject({ title: 'Spiral 7', output: 'patterns/spiral_210x148_7.svg' })
    expect(job.params).toMatchObject({ pattern: 'spiral', width: 210, height: 148, seed: 7, arms: 1 })
  })

  it.each([
    ['an unknown task', 'patern', {}, 'ERR_TASK_UNKNOWN', /no task "patern".*did you mean pattern/],
    ['an unknown pattern', 'pattern', { pattern: 'spirl' }, 'ERR_PARAMS', /pattern is "spirl".*did you mean spiral/],
    ['no pattern at all', 'pattern', {}, 'ERR_PARAMS', /pattern: expected one of spiral, grid/],
    ['parameters that are no object', 'pattern', 7, 'ERR_PARAMS', /the parameters are 7/],
    ['a misspelt field', 'pattern', { pattern: 'grid', widht: 9 }, 'ERR_PARAMS', /widht.*did you mean width/],
    ['a field of another pattern', 'pattern', { pattern: 'grid', arms: 2 }, 'ERR_PARAMS', /arms: there is no such/],
    ['text for a number', 'pattern', { pattern: 'grid', cell: '9' }, 'ERR_PARAMS', /cell is "9", expected a number/],
    ['a cell too large', 'pattern', { pattern: 'grid', cell: 900 }, 'ERR_PARAMS', /cell is 900, expected at most 200/],
    ['a sheet too small', 'pattern', { pattern: 'grid', width: -5 }, 'ERR_PARAMS', /width is -5, expected at least 10/],
    ['a broken seed', 'pattern', { pattern: 'grid', seed: 1.5 }, 'ERR_PARAMS', /seed is 1.5, expected a/],
    ['a margin without room', 'pattern', { pattern: 'grid', margin: 80 }, 'ERR_PARAMS', /margin.*half of the sheet/],
  ])('refuses %s and says why', (_, task, params, code, message) => {
    expect(() => prepareJob(task, params)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })

  it('refuses wrong parameters at rendering, too', async () => {
    await expect(render('pattern', { pattern: 'grid', widht: 9 })).rejects.toMatchObject({
      code: 'ERR_PARAMS',
      detail: { task: 'pattern', issues: [{ field: 'widht', suggestion: 'width' }] },
    })
  })
})
