import { describe, expect, it } from 'vitest'
import { runCommandLine } from '../../../clients/cli/command-line.ts'
import { VERBS } from '../../../clients/cli/verbs.ts'

/** The values that a verb would run with. */
async function read(...words: readonly string[]): Promise<Record<string, unknown>> {
  let values: Record<string, unknown> = {}
  await runCommandLine(words, VERBS, 80, async (_, parsed) => {
    values = parsed
  })
  return values
}

const refusal = (...words: readonly string[]): Promise<unknown> =>
  read(...words).then(
    () => 'accepted',
    ({ code, message, detail }) => [code, message, detail.verb],
  )

describe('a command line', () => {
  it('gives a verb its flags, by name and letter, and its operands', async () => {
    expect(await read('list', '--status', 'failed', '-n', '5', '--json')).toMatchObject({
      status: 'failed',
      limit: 5,
      json: true,
      all: false,
    })
    expect(await read('cancel', '4XK9QZ', '007')).toMatchObject({ id: ['4XK9QZ', '007'] })
  })

  it('knows a verb by its aliases, and takes shared flags before it', async () => {
    expect(await read('--json', 'ls', '-n', '2')).toMatchObject({ json: true, limit: 2 })
  })

  it('takes the last value of a repeated flag, and every value of a list', async () => {
    expect(await read('list', '-n', '5', '--limit', '6')).toMatchObject({ limit: 6 })
    expect(await read('text', 'a', '--size', '5', '--size', '6')).toMatchObject({ size: '6' })
    expect(await read('serve', '--plotter', 'a=sim:ebb', '--plotter', 'b=sim:ebb')).toMatchObject({
      plotter: ['a=sim:ebb', 'b=sim:ebb'],
    })
  })

  it('keeps a lone dash, as an operand and as a value', async () => {
    expect(await read('plot', '-')).toMatchObject({ file: ['-'] })
    expect(await read('postcard', '--csv', '-')).toMatchObject({ csv: '-' })
  })

  it('takes every word after -- as an operand', async () => {
    expect(await read('text', 'a', '--', '--hello', '-b', 'c', '--')).toMatchObject({
      text: ['a', '--hello', '-b', 'c', '--'],
    })
    expect(await read('text', '--hold', '--', 'a')).toMatchObject({ text: ['a'], hold: true })
    expect(await read('jog', '--', '-3', '4.5')).toMatchObject({ dx: '-3', dy: '4.5' })
  })

  it('takes a negative number as an operand', async () => {
    expect(await read('jog', '-3', '4.5')).toMatchObject({ dx: '-3', dy: '4.5' })
  })

  it('takes the words of a text on one side of a flag, and also after --', async () => {
    expect(await read('postcard', 'Ada', 'Hello', 'there', '--plot')).toMatchObject({ message: ['Hello', 'there'] })
    expect(await read('postcard', 'Ada', '--plot', 'Hello', 'there')).toMatchObject({ message: ['Hello', 'there'] })
    expect(await read('text', 'so', '--hold', 'true', '--plot', '--', 'so')).toMatchObject({ text: ['so', 'so'] })
  })

  it('takes files on both sides of a flag', async () => {
    expect(await read('lp', '-d', 'axi', '-n', '2', 'a.svg')).toMatchObject({
      plotter: 'axi',
      copies: 2,
      file: ['a.svg'],
    })
    expect(await read('plot', 'a.svg', '--fit', 'b.svg')).toMatchObject({ file: ['a.svg', 'b.svg'] })
  })

  it('takes --no- before a flag, and =true or =false after it', async () => {
    expect(await read('list', '--all')).toMatchObject({ all: true })
    expect(await read('list', '--all', '--no-all')).toMatchObject({ all: false })
    expect(await read('list', '--all=true', '--json=false')).toMatchObject({ all: true, json: false })
    expect(await read('text', '--', '--hold=yes')).toMatchObject({ text: ['--hold=yes'], hold: false })
  })
})

describe('a refused command line', () => {
  it.each([
    [['lsit'], "There is no verb 'lsit'. Did you mean `plotd list`?", ''],
    [['toggle'], "There is no verb 'toggle'. In plotd, use `plotd pen toggle`", 'pen'],
    [['--json'], 'Expected a verb: `plotd --help` lists all verbs', ''],
    [['list', '--lmit', '3'], 'There is no flag --lmit. Did you mean `--limit`?', 'list'],
    [['list', '--dry-run'], 'There is no flag --dry-run', 'list'],
    [['lpstat', '-t'], 'There is no flag -t', 'list'],
    [['ls', 'extra'], "Expected: plotd list, without 'extra'", 'list'],
    [['show'], 'Expected: plotd show <id>', 'show'],
    [['pen', 'upp'], "to: expected up, down or toggle, got 'upp'. Did you mean `up`?", 'pen'],
    [['list', '--limit', 'x'], '--limit: expected a number', 'list'],
    [['list', '--status', 'bad'], expect.stringMatching(/^--status: expected live, .*, got 'bad'$/), 'list'],
    [['list', '--tag'], '--tag: expected a value', 'list'],
    [['plot', 'a.svg', '--margin', '3x'], expect.stringContaining('--margin 3x: expected a length'), 'plot'],
    [
      ['postcard', 'Ada', 'Hello', '--plot', 'ax'],
      "--plot takes no value, got 'ax'. Expected --plotter ax for a plotter, or all words of the text on one side of the flag",
      'postcard',
    ],
    [
      ['text', 'Hello', '-H', 'World'],
      "--hold takes no value, got 'World'. Expected all words of the text on one side of the flag",
      'text',
    ],
    [['text', 'Hello', '--hold=yes'], "--hold takes no value, got 'yes'. Expected --hold or --no-hold", 'text'],
    [['plot', 'a.svg', '--dryRun=1'], "--dry-run takes no value, got '1'. Expected --dry-run or --no-dry-run", 'plot'],
    [['list', '--all='], "--all takes no value, got ''. Expected --all or --no-all", 'list'],
  ])('%j is answered with the mistake, and with the verb whose help plotd proposes', async (words, message, verb) => {
    expect(await refusal(...words)).toEqual(['ERR_PARAMS', message, verb])
  })
})

describe('the parameters of a task', () => {
  it('may be flags that no verb declares', async () => {
    expect(await read('submit', 'text', '--line-spacing', '2')).toMatchObject({ lineSpacing: '2' })
  })

  it('keep a postcode as the user typed it', async () => {
    expect(await read('envelope', 'Ada', '--postcode', '00501')).toMatchObject({ postcode: '00501' })
  })
})
