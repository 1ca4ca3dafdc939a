/**
 * Credentials for one repository. They come from Secrets and go to git through files and environment of that one
 * process; never into arguments, logs, errors or artifacts.
 */
export interface GitCredentials {
  readonly basic?: { readonly username: string; readonly password: string };
  readonly bearerToken?: string;
  readonly ssh?: { readonly privateKey: string; readonly knownHosts?: string; readonly password?: string };
  readonly tls?: {
    readonly ca?: string;
    readonly certificate?: string;
    readonly key?: string;
    readonly insecure?: boolean;
  };
  readonly proxy?: string;
}
