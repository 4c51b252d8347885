import { Empty } from '../../parts/empty.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { ObjectLinks } from '../../schema/object-links.tsx'
import { objects, objectsAreRead, objectsError, objectsQuestion, readObjects } from '../../schema/objects.ts'

export const Home = () => (
  <>
    <header class="bar">
      <h1>Objects</h1>
      <RequestBox of="this list" question={objectsQuestion()} />
    </header>
    <Problem error={objectsError.value} onAgain={() => void readObjects()} />
    {objectsAreRead.value && objects.value.length === 0 && (
      <Empty title="There is no object yet.">
        <p>Objects hold records: people, companies, or what your organisation adds.</p>
      </Empty>
    )}
    <div class="cards">
      <ObjectLinks />
    </div>
  </>
)
