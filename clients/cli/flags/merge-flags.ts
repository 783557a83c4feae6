import type { Flags } from '../args/command.ts'

const GROUP = 'Many at once:'

export const MERGE = {
  csv: { type: 'string', describe: 'a table with a row a card; - is stdin', requiresArg: true, group: GROUP },
  map: {
    type: 'string',
    array: true,
    describe: 'COLUMN=PARAMETER, where their names differ; again for each',
    requiresArg: true,
    group: GROUP,
  },
  'bad-rows': {
    type: 'string',
    choices: ['refuse', 'skip', 'draw'],
    default: 'refuse',
    describe: 'when a row lacks something: queue nothing, leave it out, or draw what can be drawn',
    group: GROUP,
  },
  'preview-row': {
    type: 'number',
    describe: 'draw one row’s card into a file (--output, or row-N.svg), queue nothing',
    requiresArg: true,
    group: GROUP,
  },
} as const satisfies Flags
