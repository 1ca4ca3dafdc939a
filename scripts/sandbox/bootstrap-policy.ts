// Reads a running control plane and writes the roles and bindings that every cluster starts with into
// packages/sandbox/src/access/generated/.
//   node scripts/sandbox/bootstrap-policy.ts --kubeconfig FILE      ($KUBECTL names another kubectl than the one on PATH)
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const target = fileURLToPath(
  new URL('../../packages/sandbox/src/access/generated/bootstrap-policy.ts', import.meta.url),
);
const RESOURCES = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'];

const { values } = parseArgs({ options: { kubeconfig: { type: 'string' } } });
const kubeconfig = values.kubeconfig;
if (kubeconfig === undefined) {
  process.stderr.write('usage: node scripts/sandbox/bootstrap-policy.ts --kubeconfig FILE\n');
  process.exit(2);
}

function read(resource: string, config: string): readonly JsonObject[] {
  const path = `/apis/rbac.authorization.k8s.io/v1/${resource}`;
  const text = execFileSync(process.env['KUBECTL'] ?? 'kubectl', ['--kubeconfig', config, 'get', '--raw', path], {
    encoding: 'utf8',
    maxBuffer: MAX_ANSWER_BYTES,
  });
  const items = getPath(JSON.parse(text) as JsonValue, 'items');
  return Array.isArray(items) ? (items as readonly JsonValue[]).filter(isJsonObject) : [];
}

/** What the server made itself, without what differs from run to run; rules that are gathered are left to gather. */
function reduce(resource: string, object: JsonObject): JsonObject[] {
  if (getPath(object, 'metadata', 'labels', 'kubernetes.io/bootstrapping') !== 'rbac-defaults') return [];
  const { metadata, rules, ...rest } = object;
  const { name, namespace, labels, annotations } = isJsonObject(metadata) ? metadata : {};
  return [
    {
      resource,
      object: {
        ...rest,
        metadata: {
          name: name ?? '',
          ...(namespace === undefined ? {} : { namespace }),
          labels: labels ?? {},
          annotations: annotations ?? {},
        },
        ...(rules === undefined || object['aggregationRule'] !== undefined ? {} : { rules }),
      },
    },
  ];
}

const policy = RESOURCES.flatMap((resource) =>
  read(resource, kubeconfig).flatMap((object) => reduce(resource, object)),
);
const packed = gzipSync(JSON.stringify(policy), { level: 9 }).toString('base64');
writeFileSync(
  target,
  `// Written by scripts/sandbox/bootstrap-policy.ts; do not edit.
/** The roles and bindings of a new cluster: JSON, gzip, base64. */
export const packedBootstrapPolicy =
  '${packed}';
`,
);
process.stdout.write(`${policy.length} objects, ${packed.length} characters\n`);
