import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readSvg } from '../../src/svg/index.ts'
import { prepareJob, render, tasks } from '../../src/tasks/index.ts'

const page = (body: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="100mm" height="50mm" viewBox="0 0 100 50">${body}</svg>`

describe('the task svg', () => {
  it('writes the SVG as the pen will draw it, with the same page, layers and lines', async () => {
    const source = page(
      `<g inkscape:groupmode="layer" inkscape:label="2 red"><path stroke="red" d="M10 10 L90 10 L90 40"/></g>
       <g inkscape:groupmode="layer" inkscape:label="1 blue"><rect stroke="blue" x="20" y="20" width="10" height="5"/></g>`,
    )
    const drawn = readSvg((await render('svg', { svg: source })).svg).drawing
    const expected = readSvg(source).drawing
    expect([drawn.width, drawn.height]).toEqual([100, 50])
    expect(drawn.layers.map(({ name, pen }) => ({ name, pen }))).toEqual(
      expected.layers.map(({ name, pen }) => ({ name, pen })),
    )
    expect([drawn.points, drawn.starts]).toEqual([expected.points, expected.starts])
  })

  it('fills shapes with lines when `fill` is set, and removes the lines behind a shape when `hide` is set', async () => {
    const source = page('<path d="M0 20H90" stroke="red"/><rect x="10" y="10" width="20" height="20"/>')
    const count = async (params: object) =>
      readSvg((await render('svg', { svg: source, ...params })).svg).drawing.starts.length - 1
    expect(await count({})).toBe(2)
    expect(await count({ hide: true })).toBe(3)
    expect(await count({ fill: 'hatch', fillSpacing: 5, fillAngle: 0 })).toBe(2 + 3)
    expect(await count({ fill: 'contour', fillSpacing: 4 })).toBe(2 + 2)
  })

  it('leaves scripts and images out of its file, and reports the images', async () => {
    const source = page(
      '<script>alert(1)</script><image href="x.png" width="5" height="5"/><circle r="5" stroke="red"/>',
    )
    const { svg, warnings } = await render('svg', { svg: source })
    expect(svg).not.toMatch(/script|image/)
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'not-drawn', message: expect.stringMatching(/1 × image/) }),
    )
  })

  it('reports that text is drawn in a stroke font, and which characters are missing', async () => {
    const { warnings } = await render('svg', {
      svg: page('<text x="5" y="20" font-size="8">Hi 🎉</text>'),
      font: 'scripts',
    })
    expect(warnings.map(({ code }) => code)).toEqual(['not-drawn', 'text-font'])
    expect(warnings.map(({ message }) => message)).toEqual([
      '1 × character that no font has will not be drawn (🎉)',
      '1 × text is drawn in the stroke font scripts',
    ])
  })

  it('reports a hidden layer, and nothing else, when all ink is in it', async () => {
    const hidden = '<g inkscape:groupmode="layer" inkscape:label="% notes"><path stroke="red" d="M0 0L9 9"/></g>'
    const { warnings } = await render('svg', { svg: page(hidden) })
    expect(warnings.map(({ code }) => code)).toEqual(['layer-hidden'])
  })

  it('fails under strict when a part would not be drawn', async () => {
    const source = page('<image href="x.png" width="5" height="5"/>')
    await expect(render('svg', { svg: source, strict: true })).rejects.toMatchObject({ code: 'ERR_STRICT' })
  })

  it('reads an upload that is compressed with gzip', async () => {
    const bytes = gzipSync(page('<path stroke="red" d="M1 1L2 2"/>'))
    const sha256 = 'a'.repeat(64)
    const readUpload = async (hash: string) => {
      expect(hash).toBe(sha256)
      return bytes
    }
    const { svg } = await render('svg', { upload: sha256, name: 'My drawing.svgz' }, { readUpload })
    expect(svg).toContain('<title>My drawing</title>')
  })

  it('refuses a second page of an SVG, at submit and when it is rendered', async () => {
    const readUpload = async () => Buffer.from(page('<path stroke="red" d="M1 1L2 2"/>'))
    const files = { readUpload, svgLimits: {} }
    const refused = { code: 'ERR_PARAMS', message: expect.stringContaining('pageNumber is 2, expected at most 1') }
    for (const source of [{ svg: page('<path stroke="red" d="M1 1L2 2"/>') }, { upload: 'a'.repeat(64) }]) {
      for (const pages of [{ pageNumber: 2 }, { pagesOnSheet: [1, 2], numberUp: 2 }]) {
        const params = { ...source, ...pages }
        await expect(render('svg', params, files)).rejects.toMatchObject(refused)
        await expect(tasks['svg']?.admit?.(prepareJob('svg', params).params)?.(files)).rejects.toMatchObject(refused)
      }
    }
  })

  it('refuses an upload that does not exist', async () => {
    await expect(render('svg', { upload: 'b'.repeat(64) })).rejects.toMatchObject({ code: 'ERR_FILE' })
  })

  it.each([
    [{}, /svg: expected `svg` .* or `upload` .*, not both/],
    [{ svg: page(''), upload: 'a'.repeat(64) }, /expected `svg` .* or `upload` .*, not both/],
    [{ upload: 'xyz' }, /upload is "xyz", expected a sha256/],
    [{ svg: page(''), layers: 'colour' }, /layers is "colour".*did you mean color/],
  ])('refuses %j', (params, message) => {
    expect(() => prepareJob('svg', params)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message) }),
    )
  })

  it('refuses a file that is no SVG', async () => {
    await expect(render('svg', { svg: 'hello' })).rejects.toMatchObject({ code: 'ERR_SVG_INVALID' })
  })

  it.each([
    ['Kitchen plan.svg', 'Kitchen plan', 'svgs/Kitchen-plan.svg'],
    ['../../x.svgz', '../../x', 'svgs/x.svg'],
    [undefined, 'Drawing', expect.stringMatching(/^svgs\/drawing_[0-9a-f]{12}\.svg$/)],
  ])('gives a drawing named %s the title %s and a safe file', (name, title, output) => {
    expect(prepareJob('svg', { svg: page(''), name })).toMatchObject({ title, output })
  })

  it.each([
    [[1], 'Album'],
    [[3], 'Album, page 3'],
    [[2, 3, 4], 'Album, pages 2 to 4'],
    [[1, 3, 5], 'Album, pages 1, 3, 5'],
    [[2, 1], 'Album, pages 2, 1'],
  ])('gives a sheet with the pages %j the title %s', (pagesOnSheet, title) => {
    const upload = '0'.repeat(64)
    expect(prepareJob('svg', { upload, name: 'Album.pdf', pagesOnSheet, numberUp: 4 }).title).toBe(title)
  })
})
