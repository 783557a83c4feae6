/**
 * The rights of a token. Each role has the rights of the one before, too: see everything; add jobs; change the jobs that
 * it added; change what others added, move plotters, and manage tokens.
 */
export const ROLES = ['watch', 'submit', 'own', 'operate'] as const

export type Role = (typeof ROLES)[number]

export const isRole = (text: string): text is Role => ROLES.some((role) => role === text)

/** Whether a role has the rights of another. An address or method that names no role is denied. */
export const permits = (has: Role, needs: Role | undefined): boolean =>
  needs !== undefined && ROLES.indexOf(has) >= ROLES.indexOf(needs)
