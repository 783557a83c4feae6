/**
 * The rights of a token. Each role also has the rights of the role before it. `watch` sees everything except tokens and
 * the idempotency keys of removed jobs. `submit` adds jobs, and `own` changes the jobs of its own token. `operate`
 * changes all jobs, moves plotters, and manages tokens.
 */
export const ROLES = ['watch', 'submit', 'own', 'operate'] as const

export type Role = (typeof ROLES)[number]

export const isRole = (text: string): text is Role => ROLES.some((role) => role === text)

/** Whether a role has the rights of the role `needs`. */
export const permits = (has: Role, needs: Role): boolean => ROLES.indexOf(has) >= ROLES.indexOf(needs)
