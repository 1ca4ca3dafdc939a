import { analyze } from '../print/analyze.ts';
import { writeScalar } from '../print/scalar.ts';
import { Writer } from '../print/writer.ts';
import { scanBlockScalar } from '../scan/block-scalar.ts';
import { Reader } from '../scan/reader.ts';

/** Columns that a folded scalar is indented by below its key. */
const STEP = 2;

/**
 * A folded scalar's text after yaml.v3 printed it and read it again, as kustomize does. It is not always the same:
 * yaml.v3 prints an empty line too many before a line that starts with a space and at the end.
 */
export function refold(text: string): string {
  if (!analyze(text, 'v3').block) return text;
  const writer = new Writer();
  writeScalar(writer, text, 'folded', { indent: STEP, width: Infinity, folds: true, step: STEP });
  return scanBlockScalar(new Reader(writer.text, undefined), false, 0, () => undefined);
}
