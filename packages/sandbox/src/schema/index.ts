export {
  apiGroups,
  builtinResource,
  openApiDocument,
  type ApiGroup,
  type ApiResource,
  type ApiSubresource,
} from './builtin-schema.ts';
export { canonicalForm } from './canonical-form.ts';
export { canonicalQuantity, formatQuantity, parseQuantity, type Quantity } from './quantity.ts';
export { shapeOf, type FieldForm, type FieldShape, type Shape } from './shape.ts';
export { schemaOf, schemaNameOf, resolveSchema } from './schema-of.ts';
export { serverVersion } from './generated/api-resources.ts';
