import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `yaml`. */
export const yamlCodes = {
  YAML_INVALID: { retry: 'stalled', summary: 'Text is not valid YAML.' },
  YAML_LIMIT: { retry: 'stalled', summary: 'A YAML document is deeper, larger or holds more aliases than is allowed.' },
} as const satisfies Record<string, CodeEntry>;
