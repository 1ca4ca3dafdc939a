import type { Inspection } from './inspection.ts';
import { ownResidentBytes } from './resident-memory.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/** The figures of a process in Prometheus' text format, version 0.0.4. Names begin with `capstan_`. */
export function metricsText(inspection: Inspection): string {
  const queues = [...inspection.queues()].map(([controller, queue]) => ({ controller, ...queue.metrics() }));
  const caches = inspection.clusters
    .list()
    .map(({ id, cache }) => ({ cluster: id, bytes: cache.bytes(), ...cache.stats() }));
  const ofQueues = (value: (queue: (typeof queues)[number]) => number): Sample[] =>
    queues.map((queue) => [{ controller: queue.controller }, value(queue)]);
  const ofCaches = (value: (cache: (typeof caches)[number]) => number): Sample[] =>
    caches.map((cache) => [{ cluster: cache.cluster }, value(cache)]);
  return [
    family(
      'queue_depth',
      'gauge',
      'Resources that are ready to be reconciled.',
      ofQueues((queue) => queue.depth),
    ),
    family(
      'queue_delayed',
      'gauge',
      'Resources that wait for their time.',
      ofQueues((queue) => queue.delayed),
    ),
    family(
      'queue_running',
      'gauge',
      'Reconciles that run.',
      ofQueues((queue) => queue.running),
    ),
    family(
      'queue_oldest_seconds',
      'gauge',
      'How long the oldest ready resource has been waiting.',
      ofQueues((queue) => queue.oldestMs / 1000),
    ),
    family(
      'reconciles_total',
      'counter',
      'Reconciles that have ended.',
      ofQueues((queue) => queue.processed),
    ),
    family(
      'reconcile_failures_total',
      'counter',
      'Reconciles that have thrown.',
      ofQueues((queue) => queue.failed),
    ),
    family(
      'cache_bytes',
      'gauge',
      'Bytes of packed objects in the watch cache.',
      ofCaches((cache) => cache.bytes),
    ),
    family(
      'cache_objects',
      'gauge',
      'Objects that the watch cache knows.',
      ofCaches((cache) => cache.objects),
    ),
    family(
      'cache_tracked_objects',
      'gauge',
      'Objects that are kept whole.',
      ofCaches((cache) => cache.tracked),
    ),
    family(
      'cache_kinds',
      'gauge',
      'Kinds that are watched.',
      ofCaches((cache) => cache.kinds),
    ),
    family(
      'cache_rereads_total',
      'counter',
      'Objects read again beyond the budget.',
      ofCaches((cache) => cache.rereads),
    ),
    family(
      'watch_relists_total',
      'counter',
      'Watches that had to list anew.',
      ofCaches((cache) => cache.relists),
    ),
    family(
      'kubernetes_requests_total',
      'counter',
      'Requests sent to the Kubernetes API, retries included.',
      inspection
        .requests()
        .map(
          ({ verb, group, resource, subresource, count }) => [{ verb, group, resource, subresource }, count] as const,
        ),
    ),
    family('renders_total', 'counter', 'Renders made, cached ones not counted.', [[{}, inspection.renders()]]),
    family(
      'leader',
      'gauge',
      'Whether this process leads.',
      inspection.leads().map((dialect) => [{ dialect }, 1] as const),
    ),
    family('process_resident_memory_bytes', 'gauge', 'Resident bytes of the process.', [[{}, ownResidentBytes()]]),
  ].join('');
}

function family(name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `capstan_${name}${labelText(labels)} ${value}\n`);
  return `# HELP capstan_${name} ${help}\n# TYPE capstan_${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
