import { child, children, ensureChild, setDefault, text, type Draft } from './draft.ts';

const HTTPS_PORT = 443;
const WEBHOOK_SECONDS = 10;

/** Defaults of a Validating- or MutatingWebhookConfiguration. */
export function defaultWebhooks(mutating: boolean): (configuration: Draft) => void {
  return (configuration) => {
    for (const webhook of children(configuration, 'webhooks')) {
      setDefault(webhook, 'failurePolicy', 'Fail');
      setDefault(webhook, 'matchPolicy', 'Equivalent');
      setDefault(webhook, 'namespaceSelector', {});
      setDefault(webhook, 'objectSelector', {});
      setDefault(webhook, 'timeoutSeconds', WEBHOOK_SECONDS);
      if (mutating) setDefault(webhook, 'reinvocationPolicy', 'Never');
      for (const rule of children(webhook, 'rules')) setDefault(rule, 'scope', '*');
      defaultPort(child(child(webhook, 'clientConfig'), 'service'));
    }
  };
}

export function defaultAdmissionPolicy(policy: Draft): void {
  const spec = ensureChild(policy, 'spec');
  setDefault(spec, 'failurePolicy', 'Fail');
  defaultMatch(child(spec, 'matchConstraints'));
}

export function defaultAdmissionPolicyBinding(binding: Draft): void {
  defaultMatch(child(child(binding, 'spec'), 'matchResources'));
}

export function defaultApiService(service: Draft): void {
  defaultPort(child(child(service, 'spec'), 'service'));
}

export function defaultCustomResourceDefinition(definition: Draft): void {
  const spec = ensureChild(definition, 'spec');
  const names = ensureChild(spec, 'names');
  const kind = text(names, 'kind');
  if (kind !== '') {
    setDefault(names, 'singular', kind.toLowerCase());
    setDefault(names, 'listKind', `${kind}List`);
  }
  const conversion = ensureChild(spec, 'conversion');
  setDefault(conversion, 'strategy', 'None');
  defaultPort(child(child(child(conversion, 'webhook'), 'clientConfig'), 'service'));
}

function defaultPort(service: Draft | undefined): void {
  if (service !== undefined) setDefault(service, 'port', HTTPS_PORT);
}

function defaultMatch(match: Draft | undefined): void {
  if (match === undefined) return;
  setDefault(match, 'matchPolicy', 'Equivalent');
  setDefault(match, 'namespaceSelector', {});
  setDefault(match, 'objectSelector', {});
  for (const kind of ['resourceRules', 'excludeResourceRules']) {
    for (const rule of children(match, kind)) setDefault(rule, 'scope', '*');
  }
}
