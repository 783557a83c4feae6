/**
 * The root of an item's tree in a forest of parents (union-find with path halving).
 *
 * @param parent  index of the parent of each item; a root is its own parent
 */
export function rootOf(parent: Uint32Array, item: number): number {
  let i = item
  while (parent[i] !== i) {
    parent[i] = parent[parent[i] as number] as number
    i = parent[i] as number
  }
  return i
}
