import type { ContractEntry } from '../http/contract.ts'

/**
 * The public APIs that we speak, each loaded by its first request, so that an isolate starts fast and pays only for what
 * it speaks. Removing one is removing its folder and its line. A path of nobody is answered as the first one does.
 */
export const contracts: readonly ContractEntry[] = [
  { name: 'v1', prefixes: ['/v1/', '/hooks/'], load: () => import('./v1/index.ts') },
  { name: 'zeeg', prefixes: ['/v2/crm/'], load: () => import('./zeeg/index.ts') },
  { name: 'reevo', prefixes: ['/api/v2/'], load: () => import('./reevo/index.ts') },
  { name: 'anduin', prefixes: ['/api/v1/idm/'], load: () => import('./anduin/index.ts') },
  { name: 'zyntro', prefixes: ['/apis/v2/public/'], load: () => import('./zyntro/index.ts') },
]
