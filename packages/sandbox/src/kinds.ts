// What is known of the built-in kinds without a server: their schemas, canonical forms and defaults.
export { defaultsFor } from './defaults/index.ts';
export { apiGroups, canonicalForm, openApiDocument } from './schema/index.ts';
