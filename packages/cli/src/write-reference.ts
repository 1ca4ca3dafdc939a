// Writes docs/cli.md from the program's own help.
import { writeFileSync } from 'node:fs';
import { createProgram } from './program.ts';
import { referenceText } from './reference.ts';

writeFileSync(new URL('../../../docs/cli.md', import.meta.url), referenceText(await createProgram()));
