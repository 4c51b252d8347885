import type { TenantStatus } from '../schema/schema.ts'
import type { Cost } from '../storage/meter.ts'
import type { OperatorLog } from './operator-log.ts'
import type { Place, WrittenPlace } from './place.ts'

/** How much there is of a tenant; of each no more is counted than a limit, which stands for that many or more. */
export interface Usage {
  readonly records: number
  /** Of the data of those records. */
  readonly recordBytes: number
  readonly matchKeys: number
  readonly changes: number
  readonly members: number
  readonly credentials: number
}

/** The same, and when it was counted, in milliseconds since 1970. */
export interface CountedUsage extends Usage {
  readonly countedAt: number
}

/** A tenant as the directory has it. Times are milliseconds since 1970. */
export interface Tenant {
  readonly id: string
  readonly name: string
  readonly status: TenantStatus
  readonly place: WrittenPlace
  /** How far a move has come, as src/tenants/move keeps it; null when there is none. */
  readonly move: unknown
  /** Work that has claimed the tenant, as claim.ts keeps it; null when there is none. */
  readonly claim: unknown
  /** Where it has been and something of it lies still, as leftovers.ts keeps it; null: nowhere. */
  readonly leftovers: unknown
  /** The program that its database had when it was last brought up to date; null: not known. */
  readonly program: string | null
  readonly createdAt: number
  /** About when a request last asked the directory for it; null: none has. */
  readonly seenAt: number | null
  /** When everything of a deleted tenant is erased. */
  readonly eraseAt: number | null
  /** As upkeep has counted it last; null: it has not yet. */
  readonly usage: CountedUsage | null
  /** Raised by every change of the line. */
  readonly revision: number
  /** Of a line that cannot be read as a whole, what can: nobody acts upon it but who writes the line anew. */
  readonly legible?: Legible
}

/** What is lost for good where it is lost from a line. */
export type Legible = Pick<Tenant, 'status' | 'place' | 'move' | 'claim' | 'eraseAt'>

/** For whoever writes a line anew: all that can be read of it. */
export const asLegible = ({ legible, ...tenant }: Tenant): Tenant => ({ ...tenant, ...legible })

/** A tenant as it is now in the directory, after something was done to it. */
export interface ChangedTenant extends Tenant {
  /** What became of it nowhere else, and why, where its database could not be asked. */
  readonly notReached?: string
  /** What was thrown then, for the log. */
  readonly cause?: unknown
  /** What of it lies where it was, now that it is told to be elsewhere. */
  readonly left?: string
  /** What of its keys, hooks and subscriptions is not as it was just before, now that it has data of an earlier time. */
  readonly notKept?: string
}

/** A line as it was read. */
export type Line = Pick<Tenant, 'id' | 'revision'>

/** When it was created is changed only in a line that could not be read. */
export type TenantChange = Partial<
  Omit<Tenant, 'id' | 'place' | 'usage' | 'revision' | 'legible'> & { readonly place: Place }
>

/** Days that a deleted tenant waits to be erased, where nobody has said otherwise. */
export const WAIT_DAYS = 30

const MS_PER_DAY = 86_400_000

/** When a tenant that is deleted now is erased, where nobody has said otherwise. */
export const eraseAtOf = (now: number): number => now + WAIT_DAYS * MS_PER_DAY

/** Whether it waits to be erased, or is. */
export const isDeleted = (status: TenantStatus): boolean => status === 'deleted' || status === 'erasing'

/** A line that says that it is deleted says when it is erased, also where nobody can read any more when that was to be. */
export const missingEraseAt = (
  { eraseAt }: Pick<Tenant, 'eraseAt'>,
  status: TenantStatus,
): { readonly eraseAt?: number } => (eraseAt === null && isDeleted(status) ? { eraseAt: eraseAtOf(Date.now()) } : {})

/** One that comes into the directory. */
export type NewLine = Pick<Tenant, 'id' | 'name' | 'createdAt'> & { readonly place: Place }

export interface Page {
  /** What the page begins behind. */
  readonly after: string
  readonly limit: number
  readonly status?: TenantStatus
}

export interface TenantPage {
  readonly tenants: readonly Tenant[]
  /** What the next page begins behind; absent: there is none. */
  readonly next?: string
}

/** What a directory says of itself. */
export interface DirectoryIdentity {
  /** Absent: nobody has changed anything in it yet. */
  readonly own?: string
  /** The shared database whose tenants it has. Absent: it is not known yet. */
  readonly shared?: string
}

/** The tenants of a deployment, and what was done to them. */
export interface TenantDirectory {
  find(id: string): Promise<Tenant | undefined>
  /** The same for a request, which is remembered as the time when the tenant was last seen, to the hour. */
  visit(id: string, now: number): Promise<Tenant | undefined>
  /** By id. A page may be short, or empty, and have one that follows it. */
  page(page: Page): Promise<TenantPage>
  /** Adds what is not there yet. @returns the tenant as it is there now */
  add(tenant: NewLine): Promise<Tenant>
  /**
   * Adds those of whom there is no line yet, as they are. When one was deleted is written nowhere but in a line, so those that
   * are deleted wait from now on.
   */
  adopt(tenants: readonly (NewLine & Pick<Tenant, 'status'>)[]): Promise<void>
  /** @returns the line as it is now. @throws StaleError when it is not any more as it was read: nothing was changed */
  change(line: Line, change: TenantChange): Promise<Tenant>
  /**
   * Keeps what was counted, over whatever else was changed meanwhile; and what the organisation is called by then, where nobody has
   * changed the line since it was read.
   */
  keepUsage(line: Line & Pick<Tenant, 'name'>, usage: CountedUsage): Promise<void>
  /** @throws StaleError likewise */
  remove(line: Line): Promise<void>
  /**
   * Which directory it is, however it is reached.
   * @param options `make`: one that has no identity yet gets one
   */
  identity(options: { readonly make: boolean }): Promise<DirectoryIdentity>
  /**
   * Has it be that of a shared database where it is of none yet, or of the one before.
   * @returns the one that it is of now
   */
  keepShared(id: string, before?: string): Promise<string | undefined>
  /** What was done to the tenants. */
  readonly log: OperatorLog
  /** The same directory; each of its calls is counted. */
  metered(cost: Cost): TenantDirectory
}
