import { CapstanError } from '@capstan/errors';
import { isJsonObject, refOf, type KubernetesObject } from '@capstan/object';

/** Most characters of one field that are read. */
const MAX_FIELD = 1024 * 1024;

/**
 * The fields of a Secret as text. A field that is absent or empty is undefined. Throws GIT_CREDENTIALS_INVALID for a
 * field that is no base64; messages name the Secret and the field, never a value.
 */
export class SecretData {
  readonly #data: ReadonlyMap<string, string>;
  readonly #where: string;

  constructor(secret: KubernetesObject) {
    const { namespace, name } = refOf(secret);
    this.#where = `Secret ${namespace}/${name}`;
    const data = secret['data'];
    this.#data = new Map(
      isJsonObject(data) ? Object.entries(data).map(([key, value]) => [key, this.#text(key, value)]) : [],
    );
  }

  get(...keys: readonly string[]): string | undefined {
    return keys.map((key) => this.#data.get(key)).find((value) => value !== undefined && value !== '');
  }

  has(key: string): boolean {
    return this.#data.has(key);
  }

  /** A field that says true or false; absent or empty is false. */
  flag(key: string): boolean {
    const value = this.get(key) ?? 'false';
    if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true;
    if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false;
    throw this.invalid(`its field ${key} is neither true nor false`);
  }

  /** Refuses the first of these fields that is set, by its name. */
  refuse(fields: Readonly<Record<string, string>>): void {
    for (const [key, what] of Object.entries(fields)) {
      const value = this.get(key);
      if (value === undefined || value === 'false') continue;
      throw this.invalid(`its field ${key} asks for ${what}, which Capstan does not do yet`);
    }
  }

  invalid(why: string): CapstanError {
    return new CapstanError('GIT_CREDENTIALS_INVALID', `${this.#where} cannot be used for Git: ${why}`, {
      data: { secret: this.#where },
    });
  }

  #text(key: string, value: unknown): string {
    const bad = typeof value !== 'string' || value.length > MAX_FIELD || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value);
    if (bad) throw this.invalid(`its field ${key} is not base64`);
    return Buffer.from(value, 'base64').toString('utf8');
  }
}
