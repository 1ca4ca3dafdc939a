import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNodes, stringifyNode, type YamlNode } from './index.ts';

function read(text: string): YamlNode {
  const [node] = parseNodes(text);
  return node ?? assert.fail('no document');
}

const policy = `# Managed by the platform team.

apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # the front
  # what it is
  labels: {app: web, "tier": 'front'} # two
spec:
  template:
    spec:
      containers:
      # the server
      - name: web
        image: ghcr.io/acme/web:1.2.3 # {"$imagepolicy": "flux-system:web"}
        args: [
          --verbose, # loud
          # the rest
          --port=80,
        ]
      # the end of the containers

# the end
`;

describe('stringifyNode', () => {
  it('keeps comments and styles where they were', () => {
    const printed = stringifyNode(read(policy));
    assert.equal(stringifyNode(read(printed)), printed);
    for (const comment of policy.match(/#.*/g) ?? []) assert.ok(printed.includes(comment), comment);
    assert.match(printed, /\{app: web, "tier": 'front'\} # two/);
  });

  it('prints an edited value in its place', () => {
    const node = read('spec:\n  image: web:1.0 # {"$imagepolicy": "a:b"}\n  other: 1\n');
    const image = node.content[0]?.content[1]?.content[1];
    assert.ok(image !== undefined);
    image.value = 'web:2.0';
    assert.equal(stringifyNode(node), 'spec:\n  image: web:2.0 # {"$imagepolicy": "a:b"}\n  other: 1\n');
  });

  it('indents sequences when asked to', () => {
    const node = read('a:\n- b\n- c: 1\n  d: 2\n');
    assert.equal(stringifyNode(node), 'a:\n- b\n- c: 1\n  d: 2\n');
    assert.equal(stringifyNode(node, { compactSequences: false }), 'a:\n  - b\n  - c: 1\n    d: 2\n');
    assert.equal(stringifyNode(node, { indent: 4, compactSequences: false }), 'a:\n    - b\n    - c: 1\n      d: 2\n');
  });

  it('writes anchors, aliases, tags and merges as yaml.v3 does', () => {
    const text = 'a: &x !custom {k: v}\nb: *x\nc:\n  <<: *x\nd: !!str 1\n';
    assert.equal(stringifyNode(read(text)), text.replace('<<', '!!merge <<'));
  });

  it('quotes a text that would be read as something else', () => {
    const node = read('a: b\n');
    const value = node.content[0]?.content[1];
    assert.ok(value !== undefined);
    value.value = '1';
    assert.equal(stringifyNode(node), 'a: "1"\n');
  });
});
