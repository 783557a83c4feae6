import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { drawingsOf } from '../../bench/planning.ts'
import { tempFolder } from '../support/temp-folder.ts'

const MADE = ['circles 5k', 'contours', 'one line', 'one line cut']

it('the benchmark of planning measures SVG files only when an argument names them or their folder', () => {
  const folder = tempFolder()
  const file = (name: string) => join(folder, name)
  for (const name of ['b.svg', 'a.svg', 'notes.txt']) writeFileSync(file(name), '')
  mkdirSync(file('empty'))
  expect(drawingsOf([], MADE)).toEqual(MADE)
  expect(drawingsOf(['line'], MADE)).toEqual(['one line', 'one line cut'])
  expect(drawingsOf([folder], MADE)).toEqual([file('a.svg'), file('b.svg')])
  expect(drawingsOf([file('b.svg'), 'cont', 'tours'], MADE)).toEqual([file('b.svg'), 'contours'])
  expect(drawingsOf([file('empty')], MADE)).toEqual([])
})
