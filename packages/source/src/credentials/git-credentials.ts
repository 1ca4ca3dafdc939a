/**
 * Credentials for one repository. They come from Secrets and go to git through files and environment of that one
 * process; never into arguments, logs, errors or artifacts.
 */
export interface GitCredentials {
  /** `preemptive`: sent without being asked, for servers that answer an anonymous request with something else. */
  readonly basic?: { readonly username: string; readonly password: string; readonly preemptive?: boolean };
  readonly bearerToken?: string;
  /** A GitHub App: tokens of its installation are asked for as they are needed. Ids are decimal. */
  readonly githubApp?: {
    readonly appId: string;
    /** Looked up by the owner when absent. */
    readonly installationId?: string;
    /** For whom it is installed; the repository's owner when absent. */
    readonly owner?: string;
    /** PEM. */
    readonly privateKey: string;
    /** The API of an enterprise's own GitHub. */
    readonly baseUrl?: string;
  };
  /** `password` is the key's passphrase. */
  readonly ssh?: { readonly privateKey: string; readonly knownHosts?: string; readonly password?: string };
  readonly tls?: {
    /** PEM; trusted beside the public authorities. */
    readonly ca?: string;
    readonly certificate?: string;
    readonly key?: string;
    /** Checks neither certificates nor SSH host keys. */
    readonly insecure?: boolean;
  };
  /** URL of a proxy, with its credentials. */
  readonly proxy?: string;
  /** Hosts that are reached without the proxy, separated by commas. */
  readonly noProxy?: string;
}
