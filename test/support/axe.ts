import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

/**
 * Lets the animations of the page end, and checks the page with axe.
 *
 * @param rules  ids of the rules to apply; axe's default rules when absent
 * @returns '[rule]: [HTML of the elements]' for each rule that the page breaks
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(axe)
  return page.evaluate<string[]>(`(async () => {
    await Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})))
    const { violations } = await axe.run(${JSON.stringify(rules ? { runOnly: rules } : {})})
    return violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' '))
  })()`)
}
