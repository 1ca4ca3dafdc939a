/** Bytes of the longest path that a tree looks at, as on Linux. */
export const MAX_PATH_BYTES = 4096;
/** Links that one path may go through before it counts as a circle, as on Linux. */
export const MAX_LINKS = 40;
/** Folders below one another that a walk goes down. */
export const MAX_DEPTH = 64;
/** Entries of one folder. */
export const MAX_FOLDER_ENTRIES = 100_000;
/** Files that one walk returns. */
export const MAX_WALK_FILES = 200_000;
/** Bytes of one file that a tree hands out: beyond what any manifest or values file needs. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;
