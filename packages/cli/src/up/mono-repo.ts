/** The files of the seeded repository: the mono-repo of the GitOps guide, one app in three environments. */
export const monoRepo: Readonly<Record<string, string>> = {
  'README.md': `# mono-repo

One app, three environments. \`base/\` is the app; each folder of \`overlays/\` is what an environment makes of it.

| Environment | Applied by |
|---|---|
| development | Flux's Kustomization \`flux-system/development\` |
| staging | Argo CD's Application \`argocd/staging\` |
| production | Argo CD's Application \`argocd/production\` |

Commit and push: the cluster follows.
`,
  'base/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - deployment.yaml
  - service.yaml
  - configmap.yaml
labels:
  - pairs:
      app.kubernetes.io/name: my-app
`,
  'base/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-app
spec:
  replicas: 1
  selector:
    matchLabels:
      app: my-app
  template:
    metadata:
      labels:
        app: my-app
    spec:
      containers:
        - name: my-app
          image: nginx:1.27.0
          ports:
            - name: http
              containerPort: 80
          envFrom:
            - configMapRef:
                name: my-app
          resources:
            requests:
              cpu: 50m
              memory: 64Mi
            limits:
              memory: 128Mi
`,
  'base/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: my-app
spec:
  selector:
    app: my-app
  ports:
    - name: http
      port: 80
      targetPort: http
`,
  'base/configmap.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: my-app
data:
  LOG_LEVEL: info
  GREETING: hello
`,
  'overlays/development/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: development
resources:
  - ../../base
replicas:
  - name: my-app
    count: 1
images:
  - name: nginx
    newTag: 1.27.3
patches:
  - path: settings.yaml
`,
  'overlays/development/settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: my-app
data:
  LOG_LEVEL: debug
`,
  'overlays/staging/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: staging
resources:
  - ../../base
replicas:
  - name: my-app
    count: 2
images:
  - name: nginx
    newTag: 1.27.2
patches:
  - path: settings.yaml
`,
  'overlays/staging/settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: my-app
data:
  GREETING: hello from staging
`,
  'overlays/production/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: production
resources:
  - ../../base
replicas:
  - name: my-app
    count: 3
images:
  - name: nginx
    newTag: 1.27.2
patches:
  - path: resources.yaml
  - path: settings.yaml
`,
  'overlays/production/resources.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-app
spec:
  template:
    spec:
      containers:
        - name: my-app
          resources:
            requests:
              cpu: 200m
              memory: 128Mi
            limits:
              memory: 256Mi
`,
  'overlays/production/settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: my-app
data:
  LOG_LEVEL: warn
  GREETING: hello from production
`,
};
