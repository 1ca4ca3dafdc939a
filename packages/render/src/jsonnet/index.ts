export { evaluateJsonnet, type JsonnetOptions, type JsonnetVariable } from './evaluate.ts';
