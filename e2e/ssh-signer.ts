import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { GitRepository } from '@capstan/testkit';

/** Somebody with an SSH key. */
export interface SshSigner {
  /** The public key, as authorized_keys has it. */
  readonly publicKey: string;
  /** Puts the newest commit of a branch again, signed. Returns its hash. */
  signHead(repository: GitRepository, branch?: string): Promise<string>;
}

function text(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Makes a key, and signs with it as `git commit -S` does with `gpg.format` ssh. */
export function createSshSigner(): SshSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const blob = Buffer.concat([text('ssh-ed25519'), text(raw)]);
  const armor = (payload: Buffer): string => {
    const middle = ['git', '', 'sha512'].map(text);
    const digest = createHash('sha512').update(payload).digest();
    const signed = Buffer.concat([Buffer.from('SSHSIG'), ...middle, text(digest)]);
    const made = Buffer.concat([text('ssh-ed25519'), text(sign(null, signed, privateKey))]);
    const all = [Buffer.from('SSHSIG'), Buffer.from([0, 0, 0, 1]), text(blob), ...middle, text(made)];
    const body =
      Buffer.concat(all)
        .toString('base64')
        .match(/.{1,70}/g) ?? [];
    return ['-----BEGIN SSH SIGNATURE-----', ...body, '-----END SSH SIGNATURE-----'].join('\n');
  };
  return {
    publicKey: `ssh-ed25519 ${blob.toString('base64')} somebody@capstan.example\n`,
    signHead: async (repository, branch = 'main') => {
      const payload = `${await repository.git('cat-file', 'commit', branch)}\n`;
      const end = payload.indexOf('\n\n');
      const header = armor(Buffer.from(payload)).replaceAll('\n', '\n ');
      const object = `${payload.slice(0, end)}\ngpgsig ${header}${payload.slice(end)}`;
      const hash = (await repository.writeObject('commit', object)).trim();
      await repository.setRef(`refs/heads/${branch}`, hash);
      return hash;
    },
  };
}
