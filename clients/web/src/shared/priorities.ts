/** The priorities that have a name: `name` in the protocol, `words` on the page. */
export const PRIORITIES = [
  { name: 'high', words: 'high', number: 75 },
  { name: 'default', words: 'normal', number: 50 },
  { name: 'low', words: 'low', number: 25 },
] as const
