import { getPath, isJsonObject, type JsonObject } from '@capstan/object';
import { checkPort, checkPortOrName } from './formats.ts';
import type { Problems } from './problems.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

/** Checks a container's probes and life cycle hooks. */
export function checkProbes(problems: Problems, at: string, container: JsonObject): void {
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = getPath(container, kind);
    if (!isJsonObject(probe)) continue;
    const field = `${at}.${kind}`;
    checkHandler(problems, field, probe);
    const seconds = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];
    for (const name of seconds) problems.notNegative(`${field}.${name}`, probe[name]);
    const successes = probe['successThreshold'];
    if (kind !== 'readinessProbe' && typeof successes === 'number' && successes > 1) {
      problems.invalid(`${field}.successThreshold`, successes, 'must be 1');
    }
  }
  for (const hook of ['postStart', 'preStop']) {
    const handler = getPath(container, 'lifecycle', hook);
    if (isJsonObject(handler) && !isJsonObject(handler['sleep'])) {
      checkHandler(problems, `${at}.lifecycle.${hook}`, handler);
    }
  }
}

function checkHandler(problems: Problems, field: string, holder: JsonObject): void {
  const given = HANDLERS.filter((kind) => isJsonObject(holder[kind]));
  if (given.length === 0) problems.required(field, 'must specify a handler type');
  for (const extra of given.slice(1))
    problems.forbidden(`${field}.${extra}`, 'may not specify more than 1 handler type');
  const [kind] = given;
  if (kind === 'httpGet' || kind === 'tcpSocket') {
    checkPortOrName(problems, `${field}.${kind}.port`, getPath(holder, kind, 'port'));
  } else if (kind === 'grpc') {
    checkPort(problems, `${field}.grpc.port`, getPath(holder, 'grpc', 'port'));
  } else if (kind === 'exec') {
    const command = getPath(holder, 'exec', 'command');
    if (!Array.isArray(command) || command.length === 0) problems.required(`${field}.exec.command`);
  }
  if (kind === 'httpGet')
    problems.oneOf(`${field}.httpGet.scheme`, getPath(holder, 'httpGet', 'scheme'), ['HTTP', 'HTTPS']);
}
