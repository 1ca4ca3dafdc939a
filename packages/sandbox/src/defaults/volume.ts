import { pullPolicyOf } from './container.ts';
import { child, children, setDefault, text, type Draft } from './draft.ts';
import { defaultClaimSpec } from './storage.ts';

const MODE = 0o644;
const TOKEN_SECONDS = 3600;

/** Defaults of a volume of a pod template; one without a source is an empty directory. */
export function defaultVolume(volume: Draft): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume['emptyDir'] = {};
  for (const kind of ['secret', 'configMap']) {
    const source = child(volume, kind);
    if (source !== undefined) setDefault(source, 'defaultMode', MODE);
  }
  defaultDownward(child(volume, 'downwardAPI'), true);
  const projected = child(volume, 'projected');
  if (projected !== undefined) defaultProjected(projected);
  const hostPath = child(volume, 'hostPath');
  if (hostPath !== undefined) setDefault(hostPath, 'type', '');
  const iscsi = child(volume, 'iscsi');
  if (iscsi !== undefined) setDefault(iscsi, 'iscsiInterface', 'default');
  const image = child(volume, 'image');
  if (image !== undefined) setDefault(image, 'pullPolicy', pullPolicyOf(text(image, 'reference')));
  const template = child(child(volume, 'ephemeral'), 'volumeClaimTemplate');
  if (template !== undefined) defaultClaimSpec(child(template, 'spec'));
}

function defaultProjected(projected: Draft): void {
  setDefault(projected, 'defaultMode', MODE);
  for (const source of children(projected, 'sources')) {
    const token = child(source, 'serviceAccountToken');
    if (token !== undefined) setDefault(token, 'expirationSeconds', TOKEN_SECONDS);
    defaultDownward(child(source, 'downwardAPI'), false);
  }
}

function defaultDownward(source: Draft | undefined, mode: boolean): void {
  if (source === undefined) return;
  if (mode) setDefault(source, 'defaultMode', MODE);
  for (const item of children(source, 'items')) {
    const field = child(item, 'fieldRef');
    if (field !== undefined) setDefault(field, 'apiVersion', 'v1');
    const divided = child(item, 'resourceFieldRef');
    if (divided !== undefined) setDefault(divided, 'divisor', '0');
  }
}
