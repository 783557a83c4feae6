import { type ProfileOverrides, profileNamed, withOverrides } from '../../plotter/profiles/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'

/** The machine of a plotter, by name or by what differs from a named one. @throws PlotdError ERR_PROFILE_INVALID */
export function machineOf(profile: string | { readonly base: string }): Profile {
  if (typeof profile === 'string') return profileNamed(profile)
  const { base, ...overrides } = profile
  return withOverrides(profileNamed(base), overrides as ProfileOverrides)
}
