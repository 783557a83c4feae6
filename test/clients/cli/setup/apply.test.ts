import { existsSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  adminCommandsOf,
  apply,
  reader,
  type SetupContext,
  type SetupRecord,
  undoAll,
  writeRecord,
} from '../../../../clients/cli/setup/apply.ts'
import { thisHost } from '../../../../clients/cli/setup/host.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

/** A user without sudo, after a setup that left this record. */
function afterSetup(folder: string, record: SetupRecord): SetupContext {
  const host = { ...thisHost(''), uid: 1000, configFolder: folder, hasSudo: false }
  writeRecord(host, undefined, record)
  return { host, root: undefined, sudo: false }
}

describe('the commands for an administrator', () => {
  it('install the files and run the commands of the steps that are not done, without the optional ones', () => {
    const run = { kind: 'run', words: ['usermod', '-aG', 'dialout', 'ada'], root: true } as const
    const write = { kind: 'write', path: '/etc/a.rules', text: '', root: true, source: '/pkg/a.rules' } as const
    const steps = [
      { description: 'rule', isDone: false, changes: [write, { ...run, words: ['udevadm'], optional: true }] },
      { description: 'group', isDone: false, changes: [run] },
      { description: 'done', isDone: true, changes: [run] },
    ]
    expect(adminCommandsOf(steps)).toEqual([['install', '-D', '-m', '644', '/pkg/a.rules', '/etc/a.rules'], run.words])
  })
})

const step = (path: string) => ({
  description: 'configuration',
  isDone: false,
  changes: [{ kind: 'write', path, text: 'new', root: false } as const],
})

describe('a file that setup changes', () => {
  it('keeps its old text when the new text cannot be written, as on a full disk', () => {
    const folder = tempFolder()
    const file = join(folder, 'config.yaml')
    writeFileSync(file, 'old')
    // Setup writes the new text to this file first. /dev/full is always full.
    symlinkSync('/dev/full', `${file}.new`)
    const context = afterSetup(folder, { files: [], undo: [] })
    const record = { files: [], undo: [] }
    expect(() => apply([step(file)], context, record)).toThrow(expect.objectContaining({ code: 'ERR_FILE' }))
    expect([readFileSync(file, 'utf8'), record.files]).toEqual(['old', []])
  })

  it('is refused by name when it cannot be read, for example because it is a folder', () => {
    const folder = tempFolder()
    const message = `${folder}: it is a folder; expected a file`
    expect(() => reader(undefined)(folder)).toThrow(expect.objectContaining({ code: 'ERR_FILE', message }))
  })

  it('stays a link, and keeps its permissions', () => {
    const folder = tempFolder()
    const [file, target] = [join(folder, 'config.yaml'), join(folder, 'dotfile.yaml')]
    writeFileSync(target, 'old', { mode: 0o600 })
    symlinkSync(target, file)
    const record = { files: [], undo: [] }
    apply([step(file)], afterSetup(folder, record), record)
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect([readFileSync(target, 'utf8'), statSync(target).mode & 0o777]).toEqual(['new', 0o600])
  })
})

describe('a configuration that is a link to a file that is not there yet', () => {
  it('stays a link: setup writes its target, and undoing setup removes the target', () => {
    const folder = tempFolder()
    const [file, target] = [join(folder, 'config.yaml'), join(folder, 'dotfile.yaml')]
    symlinkSync(target, file)
    const record = { files: [], undo: [] }
    const context = afterSetup(folder, record)
    apply([step(file)], context, record)
    expect([lstatSync(file).isSymbolicLink(), readFileSync(target, 'utf8')]).toEqual([true, 'new'])
    writeRecord(context.host, undefined, record)
    undoAll(context)
    expect([lstatSync(file).isSymbolicLink(), existsSync(target)]).toEqual([true, false])
  })

  it.each([
    ['a file that this computer has not', false],
    ['a file that this computer has, too', true],
  ])('leads below --root to a place below --root: %s', (_, isHere) => {
    const [root, target] = [tempFolder(), join(tempFolder(), 'dotfile.yaml')]
    if (isHere) writeFileSync(target, 'here')
    symlinkSync(target, join(root, 'config.yaml'))
    expect(reader(root)('/config.yaml')).toBe(undefined)
    apply([step('/config.yaml')], { ...afterSetup(root, { files: [], undo: [] }), root }, { files: [], undo: [] })
    expect(readFileSync(join(root, target), 'utf8')).toBe('new')
    expect(isHere ? readFileSync(target, 'utf8') : existsSync(target)).toBe(isHere && 'here')
    expect(reader(root)('/config.yaml')).toBe('new')
  })

  it('may be in a folder that is a link, and is refused below --root when its links have no end', () => {
    const [root, folder] = [tempFolder(), tempFolder()]
    symlinkSync(folder, join(root, 'etc'))
    symlinkSync('../loop', join(root, 'loop'))
    apply([step('/etc/config.yaml')], { ...afterSetup(root, { files: [], undo: [] }), root }, { files: [], undo: [] })
    expect([existsSync(join(folder, 'config.yaml')), existsSync(join(root, folder, 'config.yaml'))]).toEqual([
      false,
      true,
    ])
    expect(() => reader(root)('/loop')).toThrow(expect.objectContaining({ code: 'ERR_FILE' }))
  })
})

describe('undoing setup', () => {
  it('leaves commands to an administrator: one restores a changed file of root, one removes an added file', () => {
    const folder = tempFolder()
    const [changed, added] = [join(folder, 'changed.rules'), join(folder, 'added.rules')]
    for (const path of [changed, added]) writeFileSync(path, 'new')
    const context = afterSetup(folder, {
      files: [
        { path: changed, before: 'old', text: 'new', root: true },
        { path: added, before: null, text: 'new', root: true },
      ],
      undo: [],
    })
    const copy = join(folder, 'changed.rules.old')
    expect(undoAll(context)).toEqual({
      messages: [],
      adminCommands: [
        ['install', '-m', '644', copy, changed],
        ['rm', added],
      ],
      hasFailed: false,
      isEmpty: false,
    })
    expect(readFileSync(copy, 'utf8')).toBe('old')
    expect(readFileSync(changed, 'utf8')).toBe('new')
  })

  it('names a record that was cut off, and says what is left to do', () => {
    const folder = tempFolder()
    const context = afterSetup(folder, { files: [], undo: [] })
    const file = join(folder, 'setup.json')
    writeFileSync(file, '{ "files": [')
    const message = `${file} is damaged: remove it, and undo the changes of setup yourself`
    expect(() => undoAll(context)).toThrow(expect.objectContaining({ code: 'ERR_FILE', message }))
  })

  it('names a command that failed, and undoes the rest', () => {
    const folder = tempFolder()
    const path = join(folder, 'plotd.service')
    writeFileSync(path, 'new')
    const context = afterSetup(folder, {
      files: [{ path, before: null, text: 'new', root: false }],
      undo: [{ words: ['false', 'plotd'], root: false }],
    })
    expect(undoAll(context)).toEqual({
      messages: ['`false plotd` failed.', `${path} is removed.`],
      adminCommands: [],
      hasFailed: true,
      isEmpty: false,
    })
    expect(existsSync(path)).toBe(false)
  })
})
