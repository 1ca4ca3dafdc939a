export {
  apiGroups,
  builtinResource,
  openApiDocument,
  type ApiGroup,
  type ApiResource,
  type ApiSubresource,
} from './builtin-schema.ts';
export { schemaOf, resolveSchema } from './schema-of.ts';
export { serverVersion } from './generated/api-resources.ts';
