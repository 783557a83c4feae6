import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { memoryFrom, type PlotterMemory } from '../../plotter/session/memory.ts'
import { writeDurably } from '../../spool/index.ts'

/** What is remembered of a plotter, in a file of its own below the state folder; names are words (the configuration checks). */
export async function plotterMemory(state: string, name: string): Promise<PlotterMemory> {
  const path = join(state, 'plotters', `${encodeURIComponent(name)}.json`)
  const text = await readFile(path, 'utf8').catch(() => undefined)
  let turn: Promise<void> = Promise.resolve()
  return memoryFrom(text, (next) => {
    turn = turn.catch(() => {}).then(() => writeDurably(path, next))
    return turn
  })
}
