import { readFile } from 'node:fs/promises';
import { httpSend } from './http-send.ts';

/** A request to a service of a cloud. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a service answered, whatever its status. */
export interface ServiceAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends one request, without following where an answer leads. Throws CLOUD_UNREACHABLE. */
export type Send = (request: ServiceRequest, signal: AbortSignal | undefined) => Promise<ServiceAnswer>;

/** What this package reaches the outside through. */
export interface CloudPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => Promise<string>;
  readonly send: Send;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The real ones. */
export function systemCloudPorts(): CloudPorts {
  return {
    env: process.env,
    readFile: (path) => readFile(path, 'utf8'),
    send: httpSend(),
    now: () => Date.now(),
  };
}

/** The same ports, with all requests through a proxy. */
export function throughProxy(ports: CloudPorts, proxy: string): CloudPorts {
  return { ...ports, send: httpSend({ proxy }) };
}
