import { breaking } from '../mutant.ts'

const RULE = 'organisations never meet'

/** Every look-up and every write, with the organisation left out. */
export const apart = [
  ...breaking(
    RULE,
    'storage/program/lookups.ts',
    ['match keys', 'WHERE k.organization_id = ${organization} AND k.object', 'WHERE k.object'],
    ['the record of a condition', 'const isRecord = `r.organization_id = ${organization} AND ', 'const isRecord = `'],
    ['idempotency keys', 'WHERE p.organization_id = ${item}.organization_id AND p.idem', 'WHERE p.idem'],
  ),
  ...breaking(
    RULE,
    'storage/program/stages/entry.ts',
    [
      'records that are referred to',
      'r.organization_id = NEW.organization_id AND r.object = ${x(1)}',
      'r.object = ${x(1)}',
    ],
    ['members by id', 'WHERE m.organization_id = NEW.organization_id AND m.id', 'WHERE m.id'],
    [
      'members by address',
      'INDEXED BY members_by_email\n          WHERE m.organization_id = NEW.organization_id AND',
      'WHERE',
    ],
    [
      'the record of the short way',
      'r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.archived_at',
      'r.object = NEW.object AND r.archived_at',
    ],
  ),
  ...breaking(RULE, 'storage/program/stages/plain.ts', [
    'the update of the short way',
    'WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id`,\n',
    'WHERE object = NEW.object AND id = NEW.record_id`,\n',
  ]),
  ...breaking(RULE, 'storage/program/stages/merge.ts', [
    'the record of the long way',
    'ON r.organization_id = NEW.organization_id AND r.object',
    'ON r.object',
  ]),
  ...breaking(RULE, 'storage/program/stages/judge.ts', [
    'keys in the way',
    'WHERE o.organization_id = NEW.organization_id AND o.object = NEW.object AND o.name = n.value ->> 0',
    'WHERE o.object = NEW.object AND o.name = n.value ->> 0',
  ]),
  ...breaking(
    RULE,
    'storage/program/stages/write.ts',
    ['the record written', "const itself = 'organization_id = NEW.organization_id AND ", "const itself = '"],
    [
      'the record remembered',
      'ON r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id\n  WHERE NEW.dry_run',
      'ON r.object = NEW.object AND r.id = NEW.record_id\n  WHERE NEW.dry_run',
    ],
  ),
  ...breaking(RULE, 'storage/program/stages/closing.ts', [
    'the record put back',
    'DELETE FROM records WHERE organization_id = NEW.organization_id AND object',
    'DELETE FROM records WHERE object',
  ]),
  ...breaking(RULE, 'storage/program/stages/feed.ts', [
    'the number of a change',
    'FROM changes c WHERE c.organization_id = NEW.organization_id ORDER',
    'FROM changes c ORDER',
  ]),
  ...breaking(RULE, 'storage/program/stages/keep.ts', [
    'the record of a kept answer',
    'WHERE a.organization_id = NEW.organization_id AND a.object',
    'WHERE a.object',
  ]),
  ...breaking(RULE, 'storage/program/statement.ts', [
    'the record answered',
    'WHERE a.organization_id = ${view}.organization_id AND a.object',
    'WHERE a.object',
  ]),
  ...breaking(RULE, 'storage/program/answers.ts', [
    'the record included',
    'WHERE i.organization_id = a.organization_id AND i.object',
    'WHERE i.object',
  ]),
  ...breaking(RULE, 'storage/record-store.ts', [
    'the answers read again',
    'WHERE p.organization_id = ?1 AND p.idempotency_key = ?2 AND p.created_at',
    'WHERE ?1 = ?1 AND p.idempotency_key = ?2 AND p.created_at',
  ]),
]
