/** How the simulated cluster behaves. */
export interface SimulationOptions {
  /** Milliseconds from scheduling to running; an annotation on the pod overrides it. */
  readonly podStartMilliseconds: number;
  /** Parts of an image's name that make its pull fail. */
  readonly brokenImages: readonly string[];
  /** The simulated node's name. */
  readonly nodeName: string;
  /** Labels of the node, for selectors. */
  readonly nodeLabels: Readonly<Record<string, string>>;
  /** Whether LoadBalancer Services and Ingresses get an address. */
  readonly addresses: boolean;
  /** Whether there is a metrics server, of which autoscalers learn that pods use just what is aimed at. */
  readonly metrics: boolean;
  /** Called for a failure that is not a lost race. */
  readonly onError: (error: unknown, what: string) => void;
}

/** Annotations of a pod (or its template) that script what happens to it. */
export const START_DELAY_ANNOTATION = 'sandbox.capstan.dev/start-delay-ms';
/** `CrashLoopBackOff`, `ImagePullBackOff`, `NotReady` or `Fail`. */
export const FAULT_ANNOTATION = 'sandbox.capstan.dev/fault';
/** On a HorizontalPodAutoscaler: the value that its metrics show, in percent of the request, as a whole number. */
export const METRIC_ANNOTATION = 'sandbox.capstan.dev/utilization';

export const DEFAULT_OPTIONS: SimulationOptions = {
  podStartMilliseconds: 0,
  brokenImages: [':does-not-exist', ':broken', ':missing', '.invalid/', 'does-not-exist'],
  nodeName: 'node-1',
  nodeLabels: {},
  addresses: true,
  metrics: false,
  onError: () => undefined,
};
