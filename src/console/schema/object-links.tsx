import { address, hrefOf } from '../frame/address.ts'
import { wholeNumber } from '../values/locale.ts'
import { counts } from './counts.ts'
import { objects } from './objects.ts'

const CountOf = ({ object }: { readonly object: string }) => {
  const count = counts.value.get(object)
  if (!count) return null
  return (
    <span class="count">
      {wholeNumber(count.value)}
      {count.exact ? '' : '+'}
    </span>
  )
}

/** The objects, each with how many records it has. */
export const ObjectLinks = () => {
  const [first, here] = address.value.path
  return (
    <ul>
      {objects.value.map(({ slug, pluralName }) => (
        <li key={slug}>
          <a href={hrefOf(['objects', slug])} aria-current={first === 'objects' && here === slug ? 'page' : undefined}>
            <span>{pluralName}</span>
            <CountOf object={slug} />
          </a>
        </li>
      ))}
    </ul>
  )
}
