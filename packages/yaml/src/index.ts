export { nodeValue, parse, parseDocuments, parseNodes, type YamlDocument } from './parse.ts';
export { stringify, stringifyAll } from './stringify.ts';
export { formatFloat } from './print/float.ts';
export { nodeOf } from './node-of.ts';
export { stringifyNode } from './stringify-node.ts';
export type { NodeLayout } from './print/node-printer.ts';
export { splitKustomizeStream, type StreamPart } from './kustomize-stream.ts';
export { defaultLimits, type YamlLimits, type YamlReadOptions } from './limits.ts';
export { makeNode, type YamlKind, type YamlNode, type YamlStyle } from './node.ts';
