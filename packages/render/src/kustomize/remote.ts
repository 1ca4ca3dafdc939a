const NOT_LOCAL = ['git::', 'gh:', 'ssh://', 'https://', 'http://', 'git@', 'github.com:', 'github.com/'];

/** Whether Flux takes a path of a component for one inside of the source. */
export function isLocalRelativePath(path: string): boolean {
  const lower = path.toLowerCase();
  if (NOT_LOCAL.some((prefix) => prefix.length < path.length && lower.startsWith(prefix))) return false;
  return !path.startsWith('/') && !lower.replace(/^file:\/\//, '').startsWith('/');
}
