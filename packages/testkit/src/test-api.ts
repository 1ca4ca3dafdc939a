import { startTestSandbox } from './sandbox.ts';

/** A Kubernetes API for tests. */
export interface TestApi {
  readonly kubeconfigPath: string;
  /** Whether it is the sandbox; else a real API server. */
  readonly isSandbox: boolean;
  close(): Promise<void>;
}

/** The sandbox, or the API server that `KUBE_TEST_KUBECONFIG` leads to. */
export async function startTestApi(): Promise<TestApi> {
  const real = process.env['KUBE_TEST_KUBECONFIG'] ?? '';
  if (real !== '') return { kubeconfigPath: real, isSandbox: false, close: () => Promise.resolve() };
  const sandbox = await startTestSandbox();
  return { kubeconfigPath: sandbox.kubeconfigPath, isSandbox: true, close: () => sandbox.close() };
}
