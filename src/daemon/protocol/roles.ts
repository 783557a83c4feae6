/**
 * What a token lets its holder do, each including the one before: see everything; add jobs; steer the jobs that it added;
 * change what others added, move plotters, and manage tokens.
 */
export const ROLES = ['watch', 'submit', 'own', 'operate'] as const

export type Role = (typeof ROLES)[number]

export const isRole = (text: string): text is Role => ROLES.some((role) => role === text)

/** Denies what names no role. */
export const permits = (has: Role, needs: Role | undefined): boolean =>
  needs !== undefined && ROLES.indexOf(has) >= ROLES.indexOf(needs)
