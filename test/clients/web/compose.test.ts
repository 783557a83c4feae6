import { describe, expect, it } from 'vitest'
import {
  FIRST_COMPOSITION,
  plotRequest,
  restore,
  save,
  withFile,
  withJob,
} from '../../../clients/web/src/compose/composition.ts'
import {
  chosenForm,
  formsOf,
  isFillable,
  missingField,
  paramsOf,
  type Schema,
  shownFields,
} from '../../../clients/web/src/compose/schema.ts'
import { taskList } from '../../../src/tasks/index.ts'

describe('the settings of a plot', () => {
  it('make no plot request when there is no plotter, or when the user chose no plotter', () => {
    expect(plotRequest({ copies: 2 }, false)).toBeUndefined()
    expect(plotRequest({ plotter: '' }, true)).toBeUndefined()
  })

  it('become a plot request, for any plotter by default', () => {
    expect(plotRequest({}, true)).toEqual({ plotter: 'any' })
    const settings = { priority: 'high', page: 'a5', landscape: true, margin: 0, layers: [2] } as const
    expect(plotRequest(settings, true)).toEqual({
      plotter: 'any',
      pageSize: 'a5',
      layers: [2],
      options: { landscape: true, margin: 0 },
    })
  })

  it('are read from a job, and make the plot request of that job again', () => {
    const plot = {
      plotter: 'axi',
      pen: 'red',
      copies: 3,
      pageSize: 'a5',
      layers: [2],
      strict: true,
      options: { margin: 5, penDownPercent: 40, seams: false, landscape: false },
    } as const
    const params = { recipient: 'Ada' }
    const spent = { inkMm: 1, drawnSeconds: 1, copies: 2 } // a retry asked for the third of three copies
    const retried = { plot: { ...plot, copies: 1, layers: [2] }, spent }
    const form = withJob(FIRST_COMPOSITION, { task: 'postcard', params, priority: 75, ...retried })
    expect(form.values['postcard']).toEqual(params)
    expect(form.settings['postcard']?.priority).toBe('high')
    expect(plotRequest(form.settings['postcard'] ?? {}, true)).toEqual(plot)
    expect(withJob(form, { task: 'text', params: {}, priority: 60 }).settings['text']?.priority).toBe(60)
    const inkless = withJob(form, { task: 'text', params: {}, priority: 50 })
    expect(plotRequest(inkless.settings['text'] ?? {}, true)).toBeUndefined()
  })

  it('lose the layers, the drawing and the pages of a file when another file replaces it', () => {
    const before = {
      ...FIRST_COMPOSITION,
      values: { svg: { svg: '<svg/>', pageNumber: 2, pagesOnSheet: [1, 2] } },
      settings: { svg: { layers: [1], margin: 5 } },
    }
    const { task, values, settings } = withFile(before, { task: 'svg', upload: 'abc', name: 'Hills' })
    expect([task, values['svg'], settings['svg']]).toEqual(['svg', { upload: 'abc', name: 'Hills' }, { margin: 5 }])
  })

  it('are kept for the browser tab, and cause no error when the storage is full or unreadable', () => {
    const stored = new Map<string, string>()
    const storage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    }
    const composition = { ...FIRST_COMPOSITION, task: 'svg', settings: { svg: { margin: 5 } } }
    save(storage, composition)
    expect(restore(storage)).toEqual(composition)
    expect(restore({ getItem: () => '{broken' })).toEqual(FIRST_COMPOSITION)
    const full = () => {
      throw new Error('quota')
    }
    expect(() => save({ setItem: full }, composition)).not.toThrow()
  })
})

describe('a form made from a schema', () => {
  const schema = {
    oneOf: ['spiral', 'grid'].map((name) => ({
      properties: {
        pattern: { const: name },
        turns: { type: 'number', default: 3 },
        ...(name === 'grid' ? { cell: {} } : {}),
      },
      required: ['pattern', ...(name === 'grid' ? ['cell'] : [])],
    })),
  }

  it('has the fields of the pattern that the user chose', () => {
    const forms = formsOf(schema)
    expect(forms.by).toBe('pattern')
    expect(chosenForm(forms, { pattern: 'grid' }).properties?.['cell']).toBeDefined()
    expect(chosenForm(forms, {}).properties?.['cell']).toBeUndefined()
  })

  it('sends the values that the user gave to this form and nothing else', () => {
    const form = chosenForm(formsOf(schema), { pattern: 'spiral' })
    expect(paramsOf(form, { pattern: 'spiral', turns: 5, cell: 9, message: '' })).toEqual({
      pattern: 'spiral',
      turns: 5,
    })
  })

  it('is not offered for a task that needs a list, because the page has no input for a list', () => {
    const hidden = taskList().filter(({ schema }) => !isFillable(schema as Schema))
    expect(hidden.map(({ name }) => name)).toEqual(['n-up'])
  })

  it('shows no field for a list or an object, because a typed text is neither', () => {
    const fields = {
      pens: { type: 'array' },
      paper: { type: 'object' },
      size: { type: 'number' },
      kind: { const: 'a' },
    }
    expect(shownFields({ properties: { ...fields, text: { type: 'string' } }, required: ['text'] })).toEqual([
      ['text', { type: 'string' }],
      ['size', { type: 'number' }],
    ])
  })

  it('names the first required field without a value', () => {
    const form = chosenForm(formsOf(schema), { pattern: 'grid' })
    expect(missingField(form, {})).toBe('cell')
    expect(missingField(form, { cell: 4 })).toBeUndefined()
  })

  it('sends `strict` when the user ticks it and the task has this parameter', () => {
    const form = { properties: { text: { type: 'string' }, strict: { type: 'boolean', default: false } } }
    expect(paramsOf(form, { text: 'a' }, true)).toEqual({ text: 'a', strict: true })
    expect(paramsOf(form, { text: 'a', strict: false })).toEqual({ text: 'a', strict: false })
    expect(paramsOf({ properties: { text: {} } }, { text: 'a' }, true)).toEqual({ text: 'a' })
  })
})
