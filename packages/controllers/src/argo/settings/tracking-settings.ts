import { defaultSettings, type ArgoSettings, type TrackingMethod } from './argo-settings.ts';

const methods: ReadonlySet<string> = new Set<TrackingMethod>(['annotation', 'label', 'annotation+label']);
const METHOD = 'application.resourceTrackingMethod';

/** How objects are told to belong to an Application, by argocd-cm. An unknown method works as `annotation`, as upstream. */
export function trackingOf(
  data: Readonly<Record<string, string>>,
  warn: (key: string, message: string) => void,
): ArgoSettings['tracking'] {
  const said = data[METHOD] ?? '';
  if (said !== '' && !methods.has(said))
    warn(METHOD, `there is no tracking method ${JSON.stringify(said)}; annotation is taken instead`);
  const label = data['application.instanceLabelKey'] ?? '';
  return {
    method: isMethod(said) ? said : defaultSettings.tracking.method,
    label: label === '' ? defaultSettings.tracking.label : label,
    installationId: data['installationID'] ?? '',
  };
}

function isMethod(said: string): said is TrackingMethod {
  return methods.has(said);
}
