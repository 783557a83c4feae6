import type { Verbs } from './args/command.ts'

/** Verbs that queue jobs. */
export const MAKE: Verbs = {
  postcard: {
    operands: '[recipient] [message..]',
    summary: 'queue a postcard: recipient, message and template',
    group: 'make',
    load: async () => (await import('./commands/postcard.ts')).postcard,
  },
  envelope: {
    operands: '[recipient] [address..]',
    summary: 'queue an envelope: address, return address, postage',
    group: 'make',
    load: async () => (await import('./commands/envelope.ts')).envelope,
  },
  'place-card': {
    operands: '[name] [line..]',
    summary: 'queue a place card: a name on both faces of a tent',
    group: 'make',
    load: async () => (await import('./commands/place-card.ts')).placeCard,
  },
  pattern: {
    operands: '<pattern>',
    summary: 'queue a generative pattern',
    group: 'make',
    load: async () => (await import('./commands/submit.ts')).pattern,
  },
  photo: {
    operands: '<file>',
    summary: 'queue a photo, drawn in strokes',
    group: 'make',
    load: async () => (await import('./commands/photo.ts')).photo,
  },
  text: {
    operands: '<text..>',
    summary: 'queue a text in a single-stroke font',
    group: 'make',
    load: async () => (await import('./commands/text.ts')).text,
  },
  'n-up': {
    operands: '<file..>',
    summary: 'queue several drawings on one sheet, with cut marks',
    group: 'make',
    load: async () => (await import('./commands/impose.ts')).nUp,
  },
  tile: {
    operands: '<file>',
    summary: 'queue a large drawing, divided over several sheets',
    group: 'make',
    load: async () => (await import('./commands/impose.ts')).tile,
  },
  svg: {
    operands: '<file..>',
    summary: 'queue files: SVG, PDF and other documents',
    group: 'make',
    load: async () => (await import('./commands/svg.ts')).svg,
  },
  plot: {
    operands: '[file..]',
    summary: 'draw files, or jobs that were only rendered',
    group: 'make',
    aliases: ['lp', 'lpr', 'print', 'draw'],
    load: async () => (await import('./commands/svg.ts')).plot,
  },
  submit: {
    operands: '<task> [words..]',
    summary: 'queue any task, with parameters as flags or JSON',
    group: 'make',
    aliases: ['enqueue'],
    load: async () => (await import('./commands/submit.ts')).submit,
  },
}
