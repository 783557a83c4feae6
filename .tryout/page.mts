import { readFileSync, readdirSync } from 'node:fs'
import { chromium } from 'playwright-core'
const [url] = process.argv.slice(2)
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
const page = await browser.newPage({ viewport: { width: 1200, height: 900 } })
page.on('pageerror', (e) => console.log('page error', e.message))
await page.goto(url); await page.locator('input[type=file]').first().waitFor({ state: 'attached', timeout: 60000 }).catch((e) => console.log(e.message))
for (const name of process.argv.slice(3)) {
  await page.goto(url.replace(/\?.*|#.*/, '')); await page.waitForTimeout(2000)
  const input = page.locator('input[type=file]').first(); await input.waitFor({ state: 'attached', timeout: 60000 }).catch(() => {})
  if (await input.count() === 0) { console.log('no input'); await page.screenshot({ path: '/tmp/doc/out/noinput.png' }); break }
  await input.setInputFiles('/tmp/doc/files/' + name)
  await page.waitForTimeout(9000)
  await page.screenshot({ path: `/tmp/doc/out/page-${name}.png` })
  console.log(name, (await page.locator('body').innerText()).replace(/\s+/g, ' ').slice(0, 600))
}
await browser.close()
