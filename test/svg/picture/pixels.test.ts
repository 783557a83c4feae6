import { expect, it, vi } from 'vitest'
import { svgToPixels } from '../../../src/svg/picture/pixels.ts'

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return { ...real, readFile: vi.fn(real.readFile).mockRejectedValueOnce(new Error('too many open files')) }
})

it('`svgToPixels` loads the renderer again after the file of the renderer could not be read', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"/>'
  await expect(svgToPixels(svg, 4)).rejects.toThrow('too many open files')
  await expect(svgToPixels(svg, 4)).resolves.toMatchObject({ width: 4, height: 2 })
})
