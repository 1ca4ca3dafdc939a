import { createCipheriv, randomBytes } from 'node:crypto';
import { armor, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';

/** An age key, and files that are encrypted for it as SOPS does. */
export interface SopsKey {
  /** A key file, as it lies in a decryption Secret. */
  readonly keyFile: string;
  /** A Secret's manifest with its `stringData` encrypted. */
  secret(name: string, stringData: Readonly<Record<string, string>>): Promise<string>;
  /** A file of KEY=value lines, the values encrypted. */
  dotenv(values: Readonly<Record<string, string>>): Promise<string>;
}

const MODIFIED = '2026-01-02T03:04:05Z';

/** Makes a key of its own for a scenario. */
export async function makeSopsKey(): Promise<SopsKey> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const sealedFor = async (dataKey: Buffer): Promise<string> => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    return armor.encode(await encrypter.encrypt(dataKey));
  };
  return {
    keyFile: `# for tests\n${identity}\n`,
    secret: async (name, stringData) => {
      const dataKey = randomBytes(32);
      const enc = (await sealedFor(dataKey)).trimEnd().replaceAll('\n', '\n        ');
      const keys = `  age:\n    - recipient: ${recipient}\n      enc: |\n        ${enc}\n`;
      return encryptedSecret({ name, stringData, dataKey, keys });
    },
    dotenv: async (values) => {
      const dataKey = randomBytes(32);
      const lines = Object.entries(values).map(([key, value]) => `${key}=${sealed(dataKey, value, `${key}:`)}`);
      const enc = (await sealedFor(dataKey)).replaceAll('\n', '\\n');
      return [
        ...lines,
        `sops_age__list_0__map_enc=${enc}`,
        `sops_age__list_0__map_recipient=${recipient}`,
        `sops_lastmodified=${MODIFIED}`,
        `sops_mac=${sealed(dataKey, 'none', MODIFIED)}`,
        'sops_version=3.9.1\n',
      ].join('\n');
    },
  };
}

/** What a Secret's manifest is encrypted with. */
export interface SecretToEncrypt {
  readonly name: string;
  readonly stringData: Readonly<Record<string, string>>;
  readonly dataKey: Buffer;
  /** Who can open the data key: lines of YAML below `sops`. */
  readonly keys: string;
}

/** A Secret's manifest with its `stringData` encrypted. */
export function encryptedSecret({ name, stringData, dataKey, keys }: SecretToEncrypt): string {
  const values = Object.entries(stringData).map(
    ([key, value]) => `  ${key}: ${sealed(dataKey, value, `stringData:${key}:`)}\n`,
  );
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\nstringData:\n${values.join('')}sops:\n${keys}  lastmodified: "${MODIFIED}"\n  mac: ${sealed(dataKey, 'none', MODIFIED)}\n  encrypted_regex: ^(data|stringData)$\n  version: 3.9.1\n`;
}

/** A value as SOPS encrypts it: its place is authenticated along with it. */
function sealed(dataKey: Buffer, value: string, place: string): string {
  const iv = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', dataKey, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(place));
  const data = Buffer.concat([cipher.update(value), cipher.final()]).toString('base64');
  return `ENC[AES256_GCM,data:${data},iv:${iv.toString('base64')},tag:${cipher.getAuthTag().toString('base64')},type:str]`;
}
