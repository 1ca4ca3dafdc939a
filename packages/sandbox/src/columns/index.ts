export { humanDuration } from './cell.ts';
export { tableFor } from './table-for.ts';
