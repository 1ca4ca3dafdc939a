/** The files of an overlay that takes a build through most of its code, so that all of that is compiled and kept. */
export const firstBuild: Readonly<Record<string, string>> = {
  'base/kustomization.yaml': 'resources:\n- app.yaml\n',
  'base/app.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  annotations: {note: "line\\n", plain: 'it''s'}
spec:
  selector:
    matchLabels:
      app: app
  template:
    metadata:
      labels:
        app: app
    spec:
      containers:
      - name: app
        image: example.com/app:v1
        args: ["--port=8080", --level=1.5]
        env:
        - name: LEVEL
          valueFrom:
            configMapKeyRef: {name: settings, key: level}
        command:
        - sh
        - -c
        - |
          exec app
---
# The app's own name.
apiVersion: v1
kind: Service
metadata:
  name: app
spec:
  selector:
    app: app
  ports:
  - port: 80
    targetPort: 8080
`,
  'overlay/kustomization.yaml': `resources:
- ../base
namespace: here
namePrefix: a-
nameSuffix: -z
commonAnnotations:
  team: one
labels:
- pairs:
    stage: test
  includeSelectors: true
images:
- name: example.com/app
  newTag: v2
replicas:
- name: app
  count: 2
configMapGenerator:
- name: settings
  literals: [level=info]
secretGenerator:
- name: token
  literals: [key=value]
patches:
- path: patch.yaml
- target:
    kind: Deployment
    name: a.*
  patch: |
    - op: add
      path: /spec/minReadySeconds
      value: 5
replacements:
- source: {kind: Service, fieldPath: metadata.name}
  targets:
  - select: {kind: Deployment}
    fieldPaths:
    - spec.template.spec.containers.[name=app].args.0
`,
  'overlay/patch.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  template:
    spec:
      containers:
      - name: app
        resources: {limits: {memory: 64Mi}}
        env:
        - name: MORE
          value: "on"
`,
};
