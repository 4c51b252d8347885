import { render } from 'preact'
import { Frame } from './frame/frame.tsx'
import { openSession } from './session/session.ts'
import './styles/index.css'

const root = document.getElementById('console')
if (root) render(<Frame />, root)
void openSession()
