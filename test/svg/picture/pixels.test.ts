import { expect, it, vi } from 'vitest'

it('loads the renderer again after its file could not be read', async () => {
  vi.resetModules()
  const { readFile, ...rest } = await import('node:fs/promises')
  const failsOnce = vi.fn(readFile).mockRejectedValueOnce(new Error('too many open files'))
  vi.doMock('node:fs/promises', () => ({ ...rest, readFile: failsOnce }))
  const { svgToPixels } = await import('../../../src/svg/picture/pixels.ts')
  vi.doUnmock('node:fs/promises')
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"/>'
  await expect(svgToPixels(svg, 4)).rejects.toThrow('too many open files')
  await expect(svgToPixels(svg, 4)).resolves.toMatchObject({ width: 4, height: 2 })
})
