import { useSignal } from '@preact/signals'
import type { Question } from '../calls/question.ts'
import { asCommand, asCurl, asTypeScript } from '../calls/written.ts'
import { Copy } from './copy.tsx'
import { Dialog } from './dialog.tsx'

const Code = ({ name, text }: { readonly name: string; readonly text: string }) => (
  <section>
    <header class="row">
      <h3>{name}</h3>
      <Copy text={text} />
    </header>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
    <pre tabIndex={0}>
      <code>{text}</code>
    </pre>
  </section>
)

export interface RequestBoxProps {
  /** What the request does, in a few words: `this list`. */
  readonly of: string
  readonly question: Question<unknown>
  /** The words of the command that does the same, if there is one. */
  readonly command?: readonly string[]
}

/** `</>`: the request behind what is seen or about to be done, ready to be copied. */
export const RequestBox = ({ of, question, command }: RequestBoxProps) => {
  const isOpen = useSignal(false)
  const { origin } = location
  return (
    <>
      <button
        type="button"
        class="bare code"
        aria-label={`Request of ${of}`}
        onClick={() => {
          isOpen.value = true
        }}
      >
        &lt;/&gt;
      </button>
      {isOpen.value && (
        <Dialog
          title={`The request of ${of}`}
          onClose={() => {
            isOpen.value = false
          }}
        >
          <Code name="curl" text={asCurl(question, origin)} />
          <Code name="TypeScript" text={asTypeScript(question, origin)} />
          {command && <Code name="Command" text={asCommand([...command, '--api', origin])} />}
        </Dialog>
      )}
    </>
  )
}
