import { describe, expect, it } from 'vitest'
import { FIRST_COMPOSITION, plotRequest, restore, save } from '../../../clients/web/src/compose/composition.ts'
import { chosenForm, formsOf, isComplete, paramsOf } from '../../../clients/web/src/compose/schema.ts'

describe('the settings of a plot', () => {
  it('make no plot request when there is no plotter or the user wants none', () => {
    expect(plotRequest({ copies: 2 }, false)).toBeUndefined()
    expect(plotRequest({ plotter: '' }, true)).toBeUndefined()
  })

  it('become a plot request that holds what the user set and nothing else', () => {
    expect(plotRequest({}, true)).toEqual({ plotter: 'any' })
    const settings = { priority: 'high', page: 'a5', landscape: true, once: false, margin: 0, layers: [2] } as const
    expect(plotRequest(settings, true)).toEqual({
      plotter: 'any',
      pageSize: 'a5',
      layers: [2],
      options: { landscape: true, margin: 0 },
    })
  })

  it('are kept for the browser tab, and a full or foreign storage does no harm', () => {
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
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

  it('is the one whose constant the user chose', () => {
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

  it('is complete when each required field has a value', () => {
    const form = chosenForm(formsOf(schema), { pattern: 'grid' })
    expect(isComplete(form, {})).toBe(false)
    expect(isComplete(form, { cell: 4 })).toBe(true)
  })
})
