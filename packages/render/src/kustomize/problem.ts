import { CapstanError, type ErrorData } from '@capstan/errors';

/** A kustomization or a manifest that kustomize refuses too. */
export function invalid(message: string, data: ErrorData = {}, cause?: unknown): CapstanError<'RENDER_INVALID'> {
  return new CapstanError('RENDER_INVALID', message, cause === undefined ? { data } : { data, cause });
}

/** A feature of kustomize that is not there yet: named, never skipped. */
export function unsupported(feature: string, where: string, data: ErrorData = {}): CapstanError<'RENDER_UNSUPPORTED'> {
  return new CapstanError('RENDER_UNSUPPORTED', `${where}: ${feature} is not supported yet`, {
    data: { feature, ...data },
  });
}

/** A file or folder that is not there. */
export function notFound(message: string, data: ErrorData = {}): CapstanError<'RENDER_NOT_FOUND'> {
  return new CapstanError('RENDER_NOT_FOUND', message, { data });
}

/** More than a render may hold. */
export function beyondLimit(message: string, data: ErrorData = {}): CapstanError<'RENDER_LIMIT'> {
  return new CapstanError('RENDER_LIMIT', message, { data });
}

/** Something elsewhere, where nothing may be fetched. */
export function notAllowed(what: string, file: string): CapstanError<'REMOTE_NOT_ALLOWED'> {
  return new CapstanError(
    'REMOTE_NOT_ALLOWED',
    `${file}: '${what}' lies elsewhere, and nothing is fetched here: allow remote bases, or keep a copy of it in the source`,
    { data: { path: file, remote: what } },
  );
}
