import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { podTemplateHash } from './pod-template-hash.ts';
import { revisionHash } from './revision.ts';

interface Golden {
  readonly hash: string;
  readonly template?: JsonObject;
  readonly owner?: KubernetesObject;
}

const goldens = JSON.parse(
  readFileSync(new URL('./testdata/template-hashes.json', import.meta.url), 'utf8'),
) as readonly Golden[];

describe('the hash in the name of a ControllerRevision', () => {
  for (const { hash, owner } of goldens) {
    if (owner === undefined) continue;
    it(`is ${hash} for a ${owner.kind}, as a real control plane has it`, () => {
      assert.equal(revisionHash(owner), hash);
    });
  }
});

describe('the hash of a pod template', () => {
  for (const { hash, template } of goldens) {
    if (template === undefined) continue;
    it(`is ${hash}, as a real control plane has it`, () => {
      assert.equal(podTemplateHash(template, undefined), hash);
    });
  }
});
