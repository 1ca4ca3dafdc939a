import { messageOf } from '@capstan/errors';
import { parseObject } from '@capstan/object';
import { parse } from '@capstan/yaml';
import type { Permit } from '../application/run.ts';
import { refuseUnhonouredObject } from '../honoured.ts';
import type { Generation, Wanted } from './generate.ts';

/**
 * What an operation brings along itself (`operation.sync.manifests`), in place of what its sources hold. A project that
 * wants to know who signed a commit lets none in.
 */
export function localManifests(
  { project }: Pick<Permit, 'project'>,
  { revisions, manifests = [] }: Pick<Wanted, 'revisions' | 'manifests'>,
): Generation {
  const failed = (message: string): Generation => ({ kind: 'failed', error: { message, transient: false } });
  if (project.sourceIntegrity !== undefined || (project.signatureKeys ?? []).length > 0)
    return failed('Cannot use local manifests when source integrity is enforced');
  try {
    const objects = manifests.map((text, index) => parseObject(parse(text), `manifest ${index + 1}`));
    for (const object of objects) refuseUnhonouredObject(object);
    return {
      kind: 'generated',
      sources: revisions.map((revision, index) => ({ revision, sourceType: '', objects: index === 0 ? objects : [] })),
    };
  } catch (error) {
    return failed(`Failed to load local manifests: ${messageOf(error)}`);
  }
}
