import { describe, expect, it } from 'vitest'
import { holdAnswers, lineOf, PLOTTER, runsBrowserTests } from '../../support/browser.ts'
import { interruptedJob } from '../../support/interrupted-job.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

describe.runIf(runsBrowserTests)('a user who types and clicks', () => {
  const served = pageTests({ expectedErrors: ['WebSocket', 'status of 400', 'status of 404'] })

  it('gets 5 sheets or stroke 5 after replacing another digit by a 5', async () => {
    const page = await served.open()
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('button', { name: 'Ready…' }).click()
    const sheets = page.getByLabel('Number of sheets')
    await sheets.fill('3')
    await sheets.press('Backspace')
    await sheets.press('5')
    await page.getByRole('button', { name: 'Grant 5 sheets' }).waitFor()
    await sheets.press('Backspace')
    await page.getByRole('radio', { name: 'the next' }).focus()
    expect(await sheets.inputValue()).toBe('5')
    await page.keyboard.press('Escape')

    await page.getByRole('tab', { name: 'Compose' }).click()
    const copies = page.locator('.send-settings').getByLabel('Sheets')
    await copies.fill('3')
    await copies.press('Backspace')
    await copies.press('5')
    expect(await copies.inputValue()).toBe('5')

    const id = await interruptedJob(served.client, 'Cut', 2)
    await page.getByRole('button', { name: 'Choose how to continue…' }).first().click()
    const stroke = page.getByLabel('Continue with stroke')
    await stroke.press('End')
    await stroke.press('Backspace')
    await stroke.press('5')
    expect(await stroke.inputValue()).toBe('5')
    await page.keyboard.press('Escape')
    await served.client.call('job.cancel', { id })
  })

  it('gets the decimal number that the user types', async () => {
    const page = await served.open()
    const type = async (label: string, text: string): Promise<string> => {
      const field = page.getByLabel(label, { exact: true })
      await field.fill('')
      await field.pressSequentially(text)
      return field.inputValue()
    }
    await page.getByText(/^Paper: /).click()
    expect(await type('Margin, mm', '1.05')).toBe('1.05')
    expect(await type('Rotate, degrees', '-2.5')).toBe('-2.5')
    expect(await type('Rotate, degrees', '2,5')).toBe('2.5')
    await page.getByRole('button', { name: 'Pattern' }).click()
    expect(await type('Width', '100.25')).toBe('100.25')
    // A number of sheets is whole: 1.5 is rounded, and is never 15.
    expect(await type('Sheets', '1.5')).toBe('2')
  })

  it('gets the number that the user pastes, whether its comma separates thousands or decimals', async () => {
    const page = await served.open()
    const margin = page.getByLabel('Margin, mm', { exact: true })
    const paste = async (text: string): Promise<string> => {
      await margin.fill('')
      await page.keyboard.insertText(text)
      return margin.inputValue()
    }
    await page.getByText(/^Paper: /).click()
    expect(await paste('1,000')).toBe('1000')
    expect(await paste('1,000.5')).toBe('1000.5')
    expect(await paste('1.000,5')).toBe('1000.5')
    expect(await paste('2,5')).toBe('2.5')
    expect(await paste('0,125')).toBe('0.125')
  })

  it('reaches a field with a wrong value by a button, although the section of the field is closed', async () => {
    const page = await served.open()
    await page.getByLabel('Recipient').fill('Ada')
    const section = page.locator('summary', { hasText: 'Paper: ' })
    await section.click()
    const margin = page.getByLabel('Margin, mm')
    await margin.fill('500')
    await page.getByText('is not less than half of the shorter side').waitFor()
    await section.click()
    await margin.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Correct margin' }).click()
    await until(() => margin.evaluate((field) => field === field.ownerDocument.activeElement))
  })

  it('cannot say that the pen is over a mark before both numbers of its place are there', async () => {
    const { client } = served
    const page = await served.open()
    await client.call('plotter.setHome', { name: PLOTTER })
    const plot = { plotter: 'any', options: { printed: true } }
    const { id } = await client.submit({ task: 'text', params: { text: 'x' }, title: 'Printed', plot })
    await page.getByRole('tab', { name: 'Plotters' }).click()
    const left = page.getByLabel('mm from the left')
    const mark = page.getByRole('button', { name: 'The pen is over this mark' })
    await left.fill('')
    expect(await mark.isDisabled()).toBe(true)
    await left.fill('-2.5')
    await mark.click()
    await until(async () => (await client.call('plotter.get', { name: PLOTTER })).marks !== undefined)
    const { marks } = await client.call('plotter.get', { name: PLOTTER })
    expect(marks?.places).toEqual([expect.objectContaining({ x: -2.5, y: 10 })])
    await client.call('job.cancel', { id })
  })

  it('keeps the dialog that is open when the answer to an earlier dialog arrives', async () => {
    const { client } = served
    const page = await served.open()
    const { id } = await client.submit({ task: 'text', params: { text: 'y' }, title: 'In the file' })
    await client.wait([id])
    const answers = await holdAnswers(page, ({ method }) => method === 'plotter.ready')
    await page.reload()
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('button', { name: 'Ready…' }).first().click()
    await page.getByRole('button', { name: 'Grant 1 sheet' }).click()
    await until(() => answers.length > 0)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^In the file/ }).click()
    await page.getByRole('button', { name: 'Plot it…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/of ink/).waitFor()
    for (const release of answers) release()
    // The page handles the held answer before the event of this job.
    const later = await client.submit({ task: 'text', params: { text: 'z' }, title: 'Later', hold: true })
    await page.locator('.card', { hasText: 'Later' }).waitFor()
    expect(await dialog.getByText('In the file').count()).toBe(1)
    await client.call('job.cancel', { id: later.id })
    await client.call('plotter.unready', { name: PLOTTER })
  })

  it('cancels one job by a double click, although the next job lies under the pointer at the second click', async () => {
    const { client } = served
    const page = await served.open()
    for (const title of ['one', 'two']) {
      await client.submit({ task: 'text', params: { text: title }, title, plot: { plotter: 'any' } })
    }
    const cancel = (title: string) => page.getByRole('button', { name: `Cancel: ${title}` })
    await cancel('two').waitFor()
    await until(async () => (await client.call('job.list', { status: ['queued', 'started'] })).total === 0)
    await cancel('one').click()
    await cancel('one').waitFor({ state: 'detached' })
    await page.mouse.down({ clickCount: 2 })
    await page.mouse.up({ clickCount: 2 })
    // The daemon answers in order: a wrong cancel would come before the answers to these two requests.
    await page.getByRole('button', { name: 'Pause queue' }).click()
    await page.getByRole('button', { name: 'Resume queue' }).click()
    await page.getByRole('button', { name: 'Pause queue' }).waitFor()
    expect((await client.call('job.list', { status: ['rendered'] })).jobs.map(({ title }) => title)).toEqual(['two'])
  })

  it('does not cancel a job by an Enter that is held until the dialog of the job is open', async () => {
    const { client } = served
    const page = await served.open()
    const id = await interruptedJob(client, 'Held', 2)
    await page.locator('.card.interrupted', { hasText: 'Held' }).waitFor()
    await page.getByRole('button', { name: 'Cancel: Held' }).focus()
    await page.keyboard.down('Enter')
    const confirm = page.getByRole('button', { name: 'Cancel the job' })
    await confirm.focus()
    await page.keyboard.down('Enter')
    await page.keyboard.up('Enter')
    await page.keyboard.press('Escape')
    await confirm.waitFor({ state: 'detached' })
    expect((await client.call('job.get', { id })).status).toBe('interrupted')
    await client.call('job.cancel', { id })
  })

  it('adds one job by an Enter that is held in a field', async () => {
    const { client } = served
    const page = await served.open()
    const { methods } = await lineOf(page)
    await page.reload()
    await page.getByLabel('Recipient').fill('Enter')
    await page.getByText(/of ink/).waitFor()
    await page.getByLabel('Recipient').focus()
    await page.keyboard.down('Enter')
    await page.getByText('Added to the queue.').waitFor()
    await page.keyboard.down('Enter')
    await page.keyboard.up('Enter')
    // The page sends its requests in order: a second submit would come before these two requests.
    await page.getByRole('button', { name: 'Pause queue' }).click()
    await page.getByRole('button', { name: 'Resume queue' }).click()
    await page.getByRole('button', { name: 'Pause queue' }).waitFor()
    expect(methods.filter((method) => method === 'job.submit').length).toBe(1)
    const { jobs } = await client.call('job.list', {})
    for (const { id } of jobs.filter(({ title }) => title.includes('Enter'))) await client.call('job.cancel', { id })
  })

  it('sets the speed, and keeps the pen height that another client has set meanwhile', async () => {
    const { client } = served
    const page = await served.open()
    const adjusted = async () => (await client.call('plotter.get', { name: PLOTTER })).adjusted
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('spinbutton', { name: 'Speed, %' }).fill('50')
    await client.call('plotter.adjust', { name: PLOTTER, penDownPercent: 20 })
    await page.getByRole('button', { name: 'Back to planned' }).waitFor()
    expect(await page.getByLabel('Pen down, %').inputValue()).toBe('20')
    await page.getByRole('button', { name: 'Set', exact: true }).click()
    await until(async () => (await adjusted()).speedPercent === 50)
    expect(await adjusted()).toEqual({ speedPercent: 50, penDownPercent: 20 })
    await page.getByRole('button', { name: 'Set', exact: true, disabled: true }).waitFor()
    await until(async () => (await page.getByRole('spinbutton', { name: 'Speed, %' }).inputValue()) === '50')
    await page.getByLabel('Pen down, %').fill('')
    await page.getByRole('button', { name: 'Set', exact: true }).click()
    await until(async () => (await adjusted()).penDownPercent === undefined)
    expect(await adjusted()).toEqual({ speedPercent: 50 })
    await client.call('plotter.adjust', { name: PLOTTER })
  })

  it('keeps the pen height that the user types while the page sends the speed', async () => {
    const { client } = served
    const page = await served.open()
    const answers = await holdAnswers(page, ({ method }) => method === 'plotter.adjust')
    await page.reload()
    const set = page.getByRole('button', { name: 'Set', exact: true })
    const height = page.getByLabel('Pen down, %')
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('spinbutton', { name: 'Speed, %' }).fill('50')
    await set.click()
    await until(() => answers.length > 0)
    await height.fill('30')
    for (const release of answers.splice(0)) release()
    // The page handles the held answer before the event of this job.
    const { id } = await client.submit({ task: 'text', params: { text: 'w' }, title: 'Newcomer', hold: true })
    await page.locator('.card', { hasText: 'Newcomer' }).waitFor()
    expect(await height.inputValue()).toBe('30')
    await set.click()
    const adjusted = async () => (await client.call('plotter.get', { name: PLOTTER })).adjusted
    await until(async () => (await adjusted()).penDownPercent === 30)
    expect(await adjusted()).toEqual({ speedPercent: 50, penDownPercent: 30 })
    await client.call('plotter.adjust', { name: PLOTTER })
    await client.call('job.cancel', { id })
  })

  it('cannot replace the grant that another user has given while the dialog was open', async () => {
    const { client } = served
    const page = await served.open()
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('button', { name: 'Ready…' }).first().click()
    await page.getByRole('dialog').waitFor()
    await client.call('plotter.ready', { name: PLOTTER, sheets: 2 })
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await client.call('plotter.unready', { name: PLOTTER })
  })

  it('sees the typed number of sheets on the button that gives the grant', async () => {
    const { client } = served
    const page = await served.open()
    const { id } = await client.submit({ task: 'text', params: { text: 'n' }, title: 'N', plot: { plotter: 'any' } })
    await page.getByRole('button', { name: /^N.*waiting for a sheet/ }).waitFor()
    await page.getByRole('button', { name: 'Ready…' }).first().click()
    expect(await page.getByRole('radio', { name: 'one sheet' }).isChecked()).toBe(true)
    await page.getByLabel('Number of sheets').fill('5')
    await page.getByRole('button', { name: 'Grant 5 sheets' }).waitFor()
    await page.keyboard.press('Escape')
    await client.call('job.cancel', { id })
  })

  it('has the focus, after closing a dialog, on the button that opened the dialog', async () => {
    const page = await served.open()
    await page.getByRole('tab', { name: 'Plotters' }).click()
    for (const name of ['Maintenance…', 'Ready…']) {
      for (const close of ['Escape', 'Enter']) {
        const opener = page.getByRole('button', { name }).last()
        await opener.press('Enter')
        await page.getByRole('button', { name: 'Not now' }).focus()
        await page.keyboard.press(close)
        await page.locator('dialog').waitFor({ state: 'detached' })
        await until(() => opener.evaluate((button) => button === button.ownerDocument.activeElement))
      }
    }
  })

  it('moves the pen by each click of a double click', async () => {
    const { client } = served
    const page = await served.open()
    await client.call('plotter.setHome', { name: PLOTTER })
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('button', { name: 'Right' }).dblclick()
    const x = async () => (await client.call('plotter.get', { name: PLOTTER })).position?.x
    await until(async () => (await x()) === 20)
  })
})

describe.runIf(runsBrowserTests)('a user who types while the plotter draws', () => {
  // At the speed of a real plotter, the plot lasts for minutes: also the slowest browser shows each of its states.
  const served = pageTests({ speed: 1 })

  it('has the focus near the place of a focused button that has left the page', async () => {
    const { client } = served
    const page = await served.open()
    const focused = (selector: string) => page.locator(`${selector}:focus`).waitFor({ state: 'attached' })
    const status = page.locator('.status')
    const params = { pattern: 'spiral', turns: 200 }
    await client.submit({ task: 'pattern', params, title: 'Long', plot: { plotter: 'any' } })
    await status.getByRole('button', { name: 'Ready…' }).press('Enter')
    await page.getByRole('button', { name: 'The sheet is in place: draw' }).press('Enter')
    await focused('.status .controls')
    await status.getByRole('button', { name: 'Stop now' }).press('Enter')
    await focused('.status .controls')
    await status.getByRole('button', { name: 'Continue' }).press('Enter')
    await focused('.status .controls')
    await status.getByRole('button', { name: 'Cancel' }).press('Enter')
    await page.getByRole('button', { name: 'Cancel the job' }).press('Enter')
    await focused('.status .controls')
  })
})
