import type { PrinterColumn } from '../schema/custom-resource.ts';

/** Columns that all of Flux's resources end with. */
export const readyColumns: readonly PrinterColumn[] = [
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Status', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message' },
];

/** Labels by which `flux check` finds the definitions. */
export const fluxLabels = { 'app.kubernetes.io/part-of': 'flux' };

/** Keeps Flux's own variable substitution out of a CRD that is delivered through Flux. */
export const fluxAnnotations = { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' };
