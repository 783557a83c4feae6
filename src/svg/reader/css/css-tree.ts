import { createRequire } from 'node:module'
import type * as CssTree from 'css-tree'

/**
 * The CSS parser is loaded when a file first needs it, because its tables take 14 MB and 70 ms in each thread. Most
 * drawings have no style sheet and no `style` attribute that needs the parser. `require` loads the parser, because
 * reading is synchronous.
 */
const load = createRequire(import.meta.url)
let tree: typeof CssTree | undefined

export function cssTree(): typeof CssTree {
  tree ??= load('css-tree') as typeof CssTree
  return tree
}
