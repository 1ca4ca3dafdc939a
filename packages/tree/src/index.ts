export type { FileTree, ReadSet, TreeEntry, TreeFile } from './file-tree.ts';
export { filteredTree, type KeepPath } from './filtered-tree.ts';
export {
  isIgnored,
  MAX_IGNORE_RULES,
  parseIgnoreFile,
  parseIgnoreRule,
  type IgnoreRule,
  type IgnoreVerdict,
} from './ignore/ignore-rules.ts';
export {
  defaultIgnoreRules,
  leavesOut,
  readIgnoreFiles,
  SOURCE_IGNORE_FILE,
  sourceIgnoreRules,
  versionControlRules,
} from './ignore/source-ignore.ts';
export { MAX_DEPTH, MAX_FILE_BYTES, MAX_FOLDER_ENTRIES, MAX_LINKS, MAX_PATH_BYTES, MAX_WALK_FILES } from './limits.ts';
export { memoryTree, type MemoryFile, type MemoryFiles } from './memory-tree.ts';
export { compareBytes } from './order.ts';
export { mountTree, type Mount } from './mount-tree.ts';
export { overlayTree } from './overlay-tree.ts';
export { baseName, childPath, joinPath, normalizePath, parentPath } from './path.ts';
export { fetchesStillHold, recordFetches, type FetchRecorder, type RemoteRead } from './record-fetches.ts';
export { readsStillHold, recordReads, type ReadRecorder } from './record-reads.ts';
export { remoteDigest, remoteKey, type FetchRemote, type RemoteAnswer, type RemoteRequest } from './remote-source.ts';
export { storedTree, type LinkPolicy } from './stored-tree.ts';
export { subtree } from './subtree.ts';
export type { StoredEntry, TreeStore } from './tree-store.ts';
export { walkTree, type WalkedEntry } from './walk-tree.ts';
