import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

/**
 * The violations that axe finds on the page in its present state: '[rule]: [elements]', one for each rule.
 *
 * @param rules  ids of the rules to apply; all when absent
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
