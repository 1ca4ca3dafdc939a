export type { FileTree, ReadSet, TreeEntry, TreeFile } from './file-tree.ts';
