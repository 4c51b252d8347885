import { ObjectLinks } from '../schema/object-links.tsx'
import { may } from '../session/session.ts'
import { address, hrefOf } from './address.ts'
import { views } from './views.ts'

/** On a phone it is the first view instead. */
export const Navigation = () => {
  const shown = views.filter((view) => view.inNavigation && may(view.scope))
  const here = address.value.path.join('/')
  return (
    <nav class="side" aria-label="Console">
      <h2>Objects</h2>
      <ObjectLinks />
      {shown.length > 0 && (
        <ul class="others">
          {shown.map(({ path, title }) => (
            <li key={path}>
              <a href={hrefOf(path.split('/'))} aria-current={here === path ? 'page' : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ul>
      )}
    </nav>
  )
}
