import type { GroupChecks } from '../verdict.ts';
import { istioOperatorHealth } from './istio-operator.ts';

/** The health checks of install.istio.io. */
export const installIstioIoChecks: GroupChecks = {
  group: 'install.istio.io',
  kinds: {
    IstioOperator: istioOperatorHealth,
  },
};
