/**
 * Groups nodes that lead to each other (strongly connected components), by Tarjan's algorithm without recursion. A
 * group comes after all groups that it leads to.
 */
export function* strongGroups(
  nodes: Iterable<number>,
  next: (node: number) => Iterable<number>,
): Generator<readonly number[]> {
  const order = new Map<number, number>()
  const lowest = new Map<number, number>()
  const stack: number[] = []
  const onStack = new Set<number>()
  for (const root of nodes) {
    const path: { readonly node: number; readonly rest: Iterator<number> }[] = []
    const enter = (node: number): void => {
      order.set(node, order.size)
      lowest.set(node, order.size - 1)
      stack.push(node)
      onStack.add(node)
      path.push({ node, rest: next(node)[Symbol.iterator]() })
    }
    const lower = (node: number, to: number): void => {
      lowest.set(node, Math.min(lowest.get(node) ?? 0, to))
    }
    if (!order.has(root)) enter(root)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node, rest } = top
      const { value, done } = rest.next()
      if (done !== true) {
        const position = order.get(value)
        if (position === undefined) enter(value)
        else if (onStack.has(value)) lower(node, position)
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent) lower(parent.node, lowest.get(node) ?? 0)
      if (lowest.get(node) !== order.get(node)) continue
      const group = stack.splice(stack.lastIndexOf(node))
      for (const member of group) onStack.delete(member)
      yield group
    }
  }
}
