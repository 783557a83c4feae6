import { describe, expect, it } from 'vitest'
import { draw, preview } from '../../../src/daemon/render/thread-jobs.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../../src/plotter/profiles/index.ts'
import { readSvg } from '../../../src/svg/index.ts'
import { render } from '../../../src/tasks/index.ts'

const machine = { name: 'axi', profile: profileNamed(DEFAULT_PROFILE), pace: 1 }
const card = {
  task: 'postcard',
  params: { recipient: 'Ada', message: 'Hello', side: 'both' },
  machines: [machine],
  uploads: '',
} as const

describe('the figures of a job', () => {
  it.each([
    ['postcard', card.params],
    ['postcard', { recipient: 'A', template: 'birthday', greetingFont: 'EMSNixish' }],
    ['pattern', { pattern: 'truchet' }],
    ['text', { text: 'Hello' }],
  ])(
    'come from a drawing that is equal to the written SVG, so plotd need not read the SVG of a %s',
    async (task, params) => {
      const { svg, drawing } = await render(task, params)
      const read = readSvg(svg).drawing
      const layers = read.layers.map((layer) => ({ ...layer, color: undefined }))
      expect(drawing && { ...drawing, points: [] }).toEqual({ ...read, layers, points: [] })
      expect(drawing?.points.every((value, i) => Math.abs(value - (read.points[i] ?? Infinity)) < 1e-9)).toBe(true)
    },
  )

  it('are the same with and without a plot, except for warnings, travel and time; the time differs by less than 3 %', async () => {
    const { figures: plain } = await draw(card)
    const { figures: plotted } = await draw({ ...card, plot: { plotter: 'any', copies: 1 } })
    const { estimateSeconds, travelMm } = plotted
    expect({ ...plain, estimateSeconds, travelMm, warnings: [] }).toEqual({ ...plotted, warnings: [] })
    expect(Math.abs(plain.estimateSeconds / estimateSeconds - 1)).toBeLessThan(0.03)
  })

  it('contain the estimated time, multiplied by the plotter’s pace', async () => {
    const { figures: usual } = await draw(card)
    const { figures: slow } = await draw({ ...card, machines: [{ ...machine, pace: 1.25 }] })
    expect(slow.estimateSeconds).toBeCloseTo(1.25 * usual.estimateSeconds, 1)
  })

  it('name the time of repeated ink, multiplied by the plotter’s pace', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90mm" height="50mm" viewBox="0 0 90 50">'
    const params = { svg: `${svg}<path fill="none" stroke="#000" d="M10 10H80M10 10H80M10 10H80"/></svg>` }
    const secondsAt = async (pace: number) => {
      const { figures } = await draw({ ...card, task: 'svg', params, machines: [{ ...machine, pace }] })
      const repeated = figures.warnings.find(({ code }) => code === 'repeated')
      return Number(/(\d+) s$/.exec(repeated?.message ?? '')?.[1])
    }
    expect((await secondsAt(10)) / (await secondsAt(1))).toBeGreaterThan(5)
  })
})

describe('a drawing that exceeds the SVG limit', () => {
  const maze = { ...card, task: 'pattern', params: { pattern: 'maze' } }
  const plot = { plotter: 'any', copies: 1 }

  it.each(['points', 'bytes', 'elements'])(
    'on %s is refused for a job that asks for ink, because the plot would read the SVG',
    async (limit) => {
      await expect(draw({ ...maze, plot, svgLimits: { [limit]: 100 } })).rejects.toMatchObject({
        code: 'ERR_SVG_LIMIT',
        detail: { limit },
      })
      await expect(draw({ ...maze, plot, svgLimits: { [limit]: 100_000 } })).resolves.toBeDefined()
    },
  )

  it('on bytes is rendered for a job that asks for no ink, because that job needs only the file', async () => {
    const { svg } = await draw({ ...maze, svgLimits: { bytes: 100 } })
    expect(svg).toContain('<path')
  })

  it('on points is refused also for a job that asks for no ink, because many points would fill the memory', async () => {
    const large = { pattern: 'waves', width: 3000, height: 3000, spacing: 0.4, wavelength: 2 }
    const drawing = draw({ ...maze, params: large, svgLimits: { points: 50_000 } })
    await expect(drawing).rejects.toMatchObject({ code: 'ERR_SVG_LIMIT', detail: { limit: 'points' } })
  })
})

describe('the layers of a preview', () => {
  const page = 'xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
  const layer = (label: string, d: string) =>
    `<g inkscape:groupmode="layer" inkscape:label="${label}"><path fill="none" stroke="#000" d="${d}"/></g>`
  const svg =
    `<svg ${page} width="90mm" height="50mm" viewBox="0 0 90 50">` +
    `${layer('1+S10 sea', 'M10 10H80')}${layer('1 sea', 'M10 20H12')}</svg>`

  it('have times of their own, also if two have the same name and pen', async () => {
    const layersOf = async (layers?: number[]) => {
      const plot = { plotter: 'any', copies: 1, ...(layers && { layers }) }
      const { json } = await preview({ ...card, task: 'svg', params: { svg }, plot }, {})
      return JSON.parse(new TextDecoder().decode(json))
    }
    const { layers, estimateSeconds } = await layersOf()
    expect(layers[0].seconds + layers[1].seconds).toBeCloseTo(estimateSeconds, 1)
    const second = await layersOf([2])
    expect(second.layers[0]).not.toHaveProperty('seconds')
    expect(second.layers[1].seconds).toBeCloseTo(second.estimateSeconds, 1)
  })
})

describe('the bound of a preview', () => {
  it('is rounded down, so that no order takes less time', async () => {
    const secondsAt = async (pace: number) => {
      const text = { task: 'text', params: { text: 'Hi' }, uploads: '', bound: true }
      const { json } = await preview({ ...text, machines: [{ ...machine, pace }] }, {})
      return JSON.parse(new TextDecoder().decode(json)).bound.seconds as number
    }
    const exact = (await secondsAt(1e6)) / 1e6
    for (const pace of [1, 1.001, 1.002, 1.003, 1.004, 1.005]) {
      const seconds = await secondsAt(pace)
      expect(seconds).toBeLessThanOrEqual(exact * pace + 1e-6)
      expect(seconds).toBeGreaterThan(exact * pace - 0.011)
    }
  })
})
