import { expect, it } from 'vitest'
import { drawn } from './support.ts'

it('the SVG reader draws nothing for elements with names from Object.prototype', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  expect(drawn(names.map((name) => `<${name} r="2"/><g class="a"><${name}/></g>`).join(''))).toEqual([])
})
