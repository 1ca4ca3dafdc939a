import type { GroupChecks } from '../verdict.ts';
import { activeDocHealth } from './active-doc.ts';
import { applicationHealth } from './application.ts';
import { applicationAuthHealth } from './application-auth.ts';
import { backendHealth } from './backend.ts';
import { customPolicyDefinitionHealth } from './custom-policy-definition.ts';
import { developerAccountHealth } from './developer-account.ts';
import { developerUserHealth } from './developer-user.ts';
import { openApiHealth } from './open-api.ts';
import { productHealth } from './product.ts';
import { proxyConfigPromoteHealth } from './proxy-config-promote.ts';
import { tenantHealth } from './tenant.ts';

/** The health checks of capabilities.3scale.net. */
export const capabilities3scaleNetChecks: GroupChecks = {
  group: 'capabilities.3scale.net',
  kinds: {
    ActiveDoc: activeDocHealth,
    Application: applicationHealth,
    ApplicationAuth: applicationAuthHealth,
    Backend: backendHealth,
    CustomPolicyDefinition: customPolicyDefinitionHealth,
    DeveloperAccount: developerAccountHealth,
    DeveloperUser: developerUserHealth,
    OpenAPI: openApiHealth,
    Product: productHealth,
    ProxyConfigPromote: proxyConfigPromoteHealth,
    Tenant: tenantHealth,
  },
};
