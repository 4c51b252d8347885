import { Parts, partInAddress } from '../../parts/parts.tsx'
import { may } from '../../session/session.ts'
import { Jobs } from './jobs.tsx'
import { Keys } from './keys.tsx'
import { Limits } from './limits.tsx'
import { Members } from './members.tsx'
import { Settings } from './settings.tsx'
import { UsageOfOrganization } from './usage.tsx'

const parts = [
  { name: 'keys', title: 'Keys', scope: 'admin' },
  { name: 'usage', title: 'Usage', scope: 'admin' },
  { name: 'members', title: 'Members', scope: 'admin' },
  { name: 'settings', title: 'Settings', scope: 'admin' },
  { name: 'jobs', title: 'Jobs', scope: 'crm:read' },
  { name: 'limits', title: 'Limits', scope: 'crm:read' },
] as const

/** Who may do what, what was asked and what that cost, what goes on by itself, and how much may be asked. */
export const Operate = () => {
  const allowed = parts.filter(({ scope }) => may(scope))
  const part = partInAddress(allowed)
  return (
    <>
      <h1>Operate</h1>
      <Parts label="Parts of operating" parts={allowed} />
      {part === 'keys' && <Keys />}
      {part === 'usage' && <UsageOfOrganization />}
      {part === 'members' && <Members />}
      {part === 'settings' && <Settings />}
      {part === 'jobs' && <Jobs />}
      {part === 'limits' && <Limits />}
    </>
  )
}
