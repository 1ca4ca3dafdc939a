import { z } from 'zod';

/** Which labels something must have. */
export type LabelSelector = (labels: Readonly<Record<string, string>>) => boolean;

const schema = z.object({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
    .nullish(),
});

type Requirement = NonNullable<z.infer<typeof schema>['matchExpressions']>[number];

/**
 * Reads a Kubernetes label selector (`matchLabels`, `matchExpressions`); one that asks nothing takes everything.
 * Undefined for what is none. Source: kubernetes/apimachinery LabelSelectorAsSelector.
 */
export function readLabelSelector(value: unknown): LabelSelector | undefined {
  const parsed = schema.safeParse(value);
  if (!parsed.success) return undefined;
  const { matchLabels, matchExpressions } = parsed.data;
  const equal = Object.entries(matchLabels ?? {}).map(([key, value]): Requirement => ({
    key,
    operator: 'In',
    values: [value],
  }));
  const requirements = [...equal, ...(matchExpressions ?? [])];
  if (!requirements.every(isReadable)) return undefined;
  return (labels) => requirements.every((requirement) => isMet(requirement, labels));
}

function isReadable({ operator, values }: Requirement): boolean {
  const count = (values ?? []).length;
  if (operator === 'In' || operator === 'NotIn') return count > 0;
  return (operator === 'Exists' || operator === 'DoesNotExist') && count === 0;
}

function isMet({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && (values ?? []).includes(value);
    case 'NotIn':
      return value === undefined || !(values ?? []).includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}
