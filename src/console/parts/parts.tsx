import { address, hrefOf } from '../frame/address.ts'

export interface Part<Name extends string> {
  readonly name: Name
  readonly title: string
}

/** @returns the part that the address names, or the first */
export const partInAddress = <Name extends string>(parts: readonly Part<Name>[]): Name | undefined =>
  (parts.find(({ name }) => name === address.value.query.part) ?? parts[0])?.name

/** Parts of one view, each with an address. */
export const Parts = <Name extends string>({
  label,
  parts,
}: {
  readonly label: string
  readonly parts: readonly Part<Name>[]
}) => (
  <nav class="parts" aria-label={label}>
    {parts.map(({ name, title }) => (
      <a
        key={name}
        href={hrefOf(address.value.path, { ...address.value.query, part: name })}
        aria-current={name === partInAddress(parts) ? 'true' : undefined}
      >
        {title}
      </a>
    ))}
  </nav>
)
