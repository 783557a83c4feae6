import type { Verbs } from './args/command.ts'

/** Verbs that queue something. */
export const MAKE: Verbs = {
  postcard: {
    takes: '[recipient] [message..]',
    summary: 'queue a postcard: recipient, message and template',
    group: 'make',
    load: async () => (await import('./commands/postcard.ts')).postcard,
  },
  envelope: {
    takes: '[recipient] [address..]',
    summary: 'queue an envelope: address by country, return address, postage',
    group: 'make',
    load: async () => (await import('./commands/envelope.ts')).envelope,
  },
  'place-card': {
    takes: '[name] [line..]',
    summary: 'queue a place card: a name on both faces of a tent',
    group: 'make',
    load: async () => (await import('./commands/place-card.ts')).placeCard,
  },
  pattern: {
    takes: '<pattern>',
    summary: 'queue a generative pattern',
    group: 'make',
    load: async () => (await import('./commands/submit.ts')).pattern,
  },
  photo: {
    takes: '<file>',
    summary: 'queue a photo, drawn in strokes',
    group: 'make',
    load: async () => (await import('./commands/photo.ts')).photo,
  },
  text: {
    takes: '<text..>',
    summary: 'queue a text in a single-stroke font',
    group: 'make',
    load: async () => (await import('./commands/text.ts')).text,
  },
  'n-up': {
    takes: '<file..>',
    summary: 'queue several drawings on one sheet, with cut marks',
    group: 'make',
    load: async () => (await import('./commands/impose.ts')).nUp,
  },
  tile: {
    takes: '<file>',
    summary: 'queue a large drawing, divided over several sheets',
    group: 'make',
    load: async () => (await import('./commands/impose.ts')).tile,
  },
  svg: {
    takes: '<file..>',
    summary: 'queue an SVG file as a job',
    group: 'make',
    load: async () => (await import('./commands/svg.ts')).svg,
  },
  plot: {
    takes: '[file..]',
    summary: 'draw SVG files, or jobs that were only rendered',
    group: 'make',
    also: ['lp', 'lpr', 'print', 'draw'],
    load: async () => (await import('./commands/svg.ts')).plot,
  },
  submit: {
    takes: '<task> [words..]',
    summary: 'queue any task, with parameters as flags or JSON',
    group: 'make',
    also: ['enqueue'],
    load: async () => (await import('./commands/submit.ts')).submit,
  },
}
