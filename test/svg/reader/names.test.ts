import { expect, it } from 'vitest'
import { drawn } from './support.ts'

it('draws nothing for elements named like the inside of the language', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  expect(drawn(names.map((name) => `<${name} r="2"/><g class="a"><${name}/></g>`).join(''))).toEqual([])
})
