import type { KubernetesObject } from '@capstan/object';
import { get, isTrue, numberOf, or, type Value } from '../value.ts';

/** Between how many executors an application may have, where it is one that scales. */
export interface ExecutorRange {
  readonly least: Value;
  readonly most: Value;
}

function fromSparkConf(conf: Value, prefix: string): ExecutorRange {
  const [least, most] = ['minExecutors', 'maxExecutors'].map((key) => get(conf, `${prefix}.${key}`));
  return {
    least: least === undefined ? 0 : numberOf(least),
    most: most === undefined ? Infinity : numberOf(most),
  };
}

/** The range of a SparkApplication: of its spec, else of its Spark configuration; undefined where it has none. */
export function executorRange(object: KubernetesObject): ExecutorRange | undefined {
  const spec = get(object, 'spec');
  const dynamic = get(spec, 'dynamicAllocation');
  if (isTrue(dynamic) && isTrue(get(dynamic, 'enabled'))) {
    return { least: or(get(dynamic, 'minExecutors'), 0), most: or(get(dynamic, 'maxExecutors'), Infinity) };
  }
  const conf = get(spec, 'sparkConf');
  if (conf === undefined) return undefined;
  const prefix = ['spark.streaming.dynamicAllocation', 'spark.dynamicAllocation'].find(
    (one) => get(conf, `${one}.enabled`) === 'true',
  );
  if (prefix === undefined) return undefined;
  const range = fromSparkConf(conf, prefix);
  return range.least === undefined ? undefined : range;
}
