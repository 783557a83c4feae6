import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

/** What axe objects to on the page as it stands: '[rule]: [elements]', one for each rule. */
export async function objections(page: Page): Promise<string[]> {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(axe)
  return page.evaluate<string[]>(`(async () => {
    await Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})))
    const { violations } = await axe.run()
    return violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' '))
  })()`)
}
