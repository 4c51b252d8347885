import { Marked, type Tokens } from 'marked'

/** A document of docs/ as HTML. They are ours, so the HTML that stands in them is let through. */

export interface Rendered {
  /** The text of the first heading. */
  readonly title: string
  readonly html: string
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** The same anchors as the hosts of repositories make of headings, since links between documents name them. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')

/**
 * @param markdown text of the document
 * @param linkTo where a link leads on the site; undefined: nowhere, since what it names is no page
 */
export const renderMarkdown = (markdown: string, linkTo: (href: string) => string | undefined): Rendered => {
  let title = ''
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        if (depth === 1 && title === '') title = text.replaceAll('`', '')
        const inner = this.parser.parseInline(tokens)
        return `<h${depth} id="${escaped(anchorOf(text))}">${inner}</h${depth}>\n`
      },
      link({ href, tokens }: Tokens.Link) {
        const inner = this.parser.parseInline(tokens)
        const target = linkTo(href)
        return target === undefined ? inner : `<a href="${escaped(target)}">${inner}</a>`
      },
      image({ href, text }: Tokens.Image) {
        return `<img src="${escaped(linkTo(href) ?? href)}" alt="${escaped(text)}" loading="lazy">`
      },
      table(token: Tokens.Table) {
        const cell = (tag: 'th' | 'td', { tokens, align }: Tokens.TableCell) =>
          `<${tag}${align ? ` class="${align}"` : ''}>${this.parser.parseInline(tokens)}</${tag}>`
        const row = (tag: 'th' | 'td', cells: readonly Tokens.TableCell[]) =>
          `<tr>${cells.map((one) => cell(tag, one)).join('')}</tr>`
        const body = token.rows.map((cells) => row('td', cells)).join('\n')
        // Wider than a phone: it scrolls by itself, and not the page with it.
        return `<div class="wide" tabindex="0"><table>\n<thead>${row('th', token.header)}</thead>\n<tbody>\n${body}\n</tbody>\n</table></div>\n`
      },
    },
  })
  const html = marked.parse(markdown, { async: false })
  return { title, html }
}
