import { createRequire } from 'node:module'
import type * as CssTree from 'css-tree'

/**
 * The CSS parser, loaded for the first style sheet: most drawings have none, and its tables of properties take 14 MB
 * and 70 ms in each thread that reads. Loaded at once and not by a promise, since reading is synchronous.
 */
const load = createRequire(import.meta.url)
let tree: typeof CssTree | undefined

export function cssTree(): typeof CssTree {
  tree ??= load('css-tree') as typeof CssTree
  return tree
}
