import { acidZalanDoChecks } from './acid-zalan-do/index.ts';
import { addonsClusterXK8sIoChecks } from './addons-cluster-x-k8s-io/index.ts';
import { anyCnrmCloudGoogleComChecks } from './any-cnrm-cloud-google-com/index.ts';
import { anyCrossplaneIoChecks } from './any-crossplane-io/index.ts';
import { anyServicesK8sAwsChecks } from './any-services-k8s-aws/index.ts';
import { anyUpboundIoChecks } from './any-upbound-io/index.ts';
import { apiextensionsK8sIoChecks } from './apiextensions-k8s-io/index.ts';
import { apps3scaleNetChecks } from './apps-3scale-net/index.ts';
import { appsKruiseIoChecks } from './apps-kruise-io/index.ts';
import { appsOpenshiftIoChecks } from './apps-openshift-io/index.ts';
import { argoprojIoChecks } from './argoproj-io/index.ts';
import { astraNetappIoChecks } from './astra-netapp-io/index.ts';
import { batchChecks } from './batch/index.ts';
import { beatK8sElasticCoChecks } from './beat-k8s-elastic-co/index.ts';
import { bitnamiComChecks } from './bitnami-com/index.ts';
import { camelApacheOrgChecks } from './camel-apache-org/index.ts';
import { capabilities3scaleNetChecks } from './capabilities-3scale-net/index.ts';
import { cassandraRookIoChecks } from './cassandra-rook-io/index.ts';
import { cdiKubevirtIoChecks } from './cdi-kubevirt-io/index.ts';
import { cephRookIoChecks } from './ceph-rook-io/index.ts';
import { certManagerIoChecks } from './cert-manager-io/index.ts';
import { certmanagerK8sIoChecks } from './certmanager-k8s-io/index.ts';
import { clickhouseAltinityComChecks } from './clickhouse-altinity-com/index.ts';
import { clickhouseKeeperAltinityComChecks } from './clickhouse-keeper-altinity-com/index.ts';
import { cloudfrontAwsCrossplaneIoChecks } from './cloudfront-aws-crossplane-io/index.ts';
import { clusterXK8sIoChecks } from './cluster-x-k8s-io/index.ts';
import { controlplaneClusterXK8sIoChecks } from './controlplane-cluster-x-k8s-io/index.ts';
import { coralogixComChecks } from './coralogix-com/index.ts';
import { coreGardenerCloudChecks } from './core-gardener-cloud/index.ts';
import { coreHumioComChecks } from './core-humio-com/index.ts';
import { coreSpinkubeDevChecks } from './core-spinkube-dev/index.ts';
import { datadoghqComChecks } from './datadoghq-com/index.ts';
import { dbAtlasgoIoChecks } from './db-atlasgo-io/index.ts';
import { elasticsearchK8sElasticCoChecks } from './elasticsearch-k8s-elastic-co/index.ts';
import { externalSecretsIoChecks } from './external-secrets-io/index.ts';
import { flaggerAppChecks } from './flagger-app/index.ts';
import { flinkApacheOrgChecks } from './flink-apache-org/index.ts';
import { gameKruiseIoChecks } from './game-kruise-io/index.ts';
import { gatewayNetworkingK8sIoChecks } from './gateway-networking-k8s-io/index.ts';
import { gatewaySoloIoChecks } from './gateway-solo-io/index.ts';
import { glooSoloIoChecks } from './gloo-solo-io/index.ts';
import { grafanaIntegreatlyOrgChecks } from './grafana-integreatly-org/index.ts';
import { grafanaOrgOperatorKubitusProjectGitlabIoChecks } from './grafana-org-operator-kubitus-project-gitlab-io/index.ts';
import { helmToolkitFluxcdIoChecks } from './helm-toolkit-fluxcd-io/index.ts';
import { iamAwsCrossplaneIoChecks } from './iam-aws-crossplane-io/index.ts';
import { iammanagerKeikoprojIoChecks } from './iammanager-keikoproj-io/index.ts';
import { imageToolkitFluxcdIoChecks } from './image-toolkit-fluxcd-io/index.ts';
import { installIstioIoChecks } from './install-istio-io/index.ts';
import { jaegertracingIoChecks } from './jaegertracing-io/index.ts';
import { k8sKeycloakOrgChecks } from './k8s-keycloak-org/index.ts';
import { k8sMariadbComChecks } from './k8s-mariadb-com/index.ts';
import { kafkaBanzaicloudIoChecks } from './kafka-banzaicloud-io/index.ts';
import { kafkaStrimziIoChecks } from './kafka-strimzi-io/index.ts';
import { karpenterK8sAwsChecks } from './karpenter-k8s-aws/index.ts';
import { karpenterShChecks } from './karpenter-sh/index.ts';
import { kedaShChecks } from './keda-sh/index.ts';
import { kialiIoChecks } from './kiali-io/index.ts';
import { kubernetesClientIoChecks } from './kubernetes-client-io/index.ts';
import { kubevirtIoChecks } from './kubevirt-io/index.ts';
import { kustomizeToolkitFluxcdIoChecks } from './kustomize-toolkit-fluxcd-io/index.ts';
import { kyvernoIoChecks } from './kyverno-io/index.ts';
import { lifecycleKeptnShChecks } from './lifecycle-keptn-sh/index.ts';
import { logstashK8sElasticCoChecks } from './logstash-k8s-elastic-co/index.ts';
import { mariadbMmontesIoChecks } from './mariadb-mmontes-io/index.ts';
import { metricsKeptnShChecks } from './metrics-keptn-sh/index.ts';
import { microgatewayAirlockComChecks } from './microgateway-airlock-com/index.ts';
import { minioMinIoChecks } from './minio-min-io/index.ts';
import { monitoringCoreosComChecks } from './monitoring-coreos-com/index.ts';
import { networkingGkeIoChecks } from './networking-gke-io/index.ts';
import { nmstateIoChecks } from './nmstate-io/index.ts';
import { notificationToolkitFluxcdIoChecks } from './notification-toolkit-fluxcd-io/index.ts';
import { numaflowNumaprojIoChecks } from './numaflow-numaproj-io/index.ts';
import { numaplaneNumaprojIoChecks } from './numaplane-numaproj-io/index.ts';
import { objectbucketIoChecks } from './objectbucket-io/index.ts';
import { ocsOpenshiftIoChecks } from './ocs-openshift-io/index.ts';
import { onepasswordComChecks } from './onepassword-com/index.ts';
import { openfaasComChecks } from './openfaas-com/index.ts';
import { opentelemetryIoChecks } from './opentelemetry-io/index.ts';
import { operatorKnativeDevChecks } from './operator-knative-dev/index.ts';
import { operatorOpenshiftIoChecks } from './operator-openshift-io/index.ts';
import { operatorVictoriametricsComChecks } from './operator-victoriametrics-com/index.ts';
import { operatorsCoreosComChecks } from './operators-coreos-com/index.ts';
import { pkgCrossplaneIoChecks } from './pkg-crossplane-io/index.ts';
import { platformConfluentIoChecks } from './platform-confluent-io/index.ts';
import { policyChecks } from './policy/index.ts';
import { policyOpenClusterManagementIoChecks } from './policy-open-cluster-management-io/index.ts';
import { postgresqlCnpgIoChecks } from './postgresql-cnpg-io/index.ts';
import { proclaimDogmatiqIoChecks } from './proclaim-dogmatiq-io/index.ts';
import { projectcontourIoChecks } from './projectcontour-io/index.ts';
import { promoterArgoprojIoChecks } from './promoter-argoproj-io/index.ts';
import { psmdbPerconaComChecks } from './psmdb-percona-com/index.ts';
import { pulumiComChecks } from './pulumi-com/index.ts';
import { pxcPerconaComChecks } from './pxc-percona-com/index.ts';
import { rabbitmqComChecks } from './rabbitmq-com/index.ts';
import { rdsAwsCrossplaneIoChecks } from './rds-aws-crossplane-io/index.ts';
import { rolloutsKruiseIoChecks } from './rollouts-kruise-io/index.ts';
import { routeOpenshiftIoChecks } from './route-openshift-io/index.ts';
import { route53AwsCrossplaneIoChecks } from './route53-aws-crossplane-io/index.ts';
import { s3AwsCrossplaneIoChecks } from './s3-aws-crossplane-io/index.ts';
import { servicesCloudSapComChecks } from './services-cloud-sap-com/index.ts';
import { servingKnativeDevChecks } from './serving-knative-dev/index.ts';
import { servingKserveIoChecks } from './serving-kserve-io/index.ts';
import { snapshotStorageK8sIoChecks } from './snapshot-storage-k8s-io/index.ts';
import { solrApacheOrgChecks } from './solr-apache-org/index.ts';
import { sourceToolkitFluxcdIoChecks } from './source-toolkit-fluxcd-io/index.ts';
import { sparkoperatorK8sIoChecks } from './sparkoperator-k8s-io/index.ts';
import { spotIoChecks } from './spot-io/index.ts';
import { stacksCrossplaneIoChecks } from './stacks-crossplane-io/index.ts';
import { towerAnsibleComChecks } from './tower-ansible-com/index.ts';
import { tridentNetappIoChecks } from './trident-netapp-io/index.ts';
import { workKarmadaIoChecks } from './work-karmada-io/index.ts';
import { zookeeperPravegaIoChecks } from './zookeeper-pravega-io/index.ts';
import type { GroupChecks } from './verdict.ts';

/** Every group of Argo CD's checks of custom kinds (resource_customizations), in the order of their names. */
export const groups: readonly GroupChecks[] = [
  anyCnrmCloudGoogleComChecks,
  anyCrossplaneIoChecks,
  anyServicesK8sAwsChecks,
  anyUpboundIoChecks,
  acidZalanDoChecks,
  addonsClusterXK8sIoChecks,
  apiextensionsK8sIoChecks,
  apps3scaleNetChecks,
  appsKruiseIoChecks,
  appsOpenshiftIoChecks,
  argoprojIoChecks,
  astraNetappIoChecks,
  batchChecks,
  beatK8sElasticCoChecks,
  bitnamiComChecks,
  camelApacheOrgChecks,
  capabilities3scaleNetChecks,
  cassandraRookIoChecks,
  cdiKubevirtIoChecks,
  cephRookIoChecks,
  certManagerIoChecks,
  certmanagerK8sIoChecks,
  clickhouseKeeperAltinityComChecks,
  clickhouseAltinityComChecks,
  cloudfrontAwsCrossplaneIoChecks,
  clusterXK8sIoChecks,
  controlplaneClusterXK8sIoChecks,
  coralogixComChecks,
  coreGardenerCloudChecks,
  coreHumioComChecks,
  coreSpinkubeDevChecks,
  datadoghqComChecks,
  dbAtlasgoIoChecks,
  elasticsearchK8sElasticCoChecks,
  externalSecretsIoChecks,
  flaggerAppChecks,
  flinkApacheOrgChecks,
  gameKruiseIoChecks,
  gatewayNetworkingK8sIoChecks,
  gatewaySoloIoChecks,
  glooSoloIoChecks,
  grafanaOrgOperatorKubitusProjectGitlabIoChecks,
  grafanaIntegreatlyOrgChecks,
  helmToolkitFluxcdIoChecks,
  iamAwsCrossplaneIoChecks,
  iammanagerKeikoprojIoChecks,
  imageToolkitFluxcdIoChecks,
  installIstioIoChecks,
  jaegertracingIoChecks,
  k8sKeycloakOrgChecks,
  k8sMariadbComChecks,
  kafkaBanzaicloudIoChecks,
  kafkaStrimziIoChecks,
  karpenterK8sAwsChecks,
  karpenterShChecks,
  kedaShChecks,
  kialiIoChecks,
  kubernetesClientIoChecks,
  kubevirtIoChecks,
  kustomizeToolkitFluxcdIoChecks,
  kyvernoIoChecks,
  lifecycleKeptnShChecks,
  logstashK8sElasticCoChecks,
  mariadbMmontesIoChecks,
  metricsKeptnShChecks,
  microgatewayAirlockComChecks,
  minioMinIoChecks,
  monitoringCoreosComChecks,
  networkingGkeIoChecks,
  nmstateIoChecks,
  notificationToolkitFluxcdIoChecks,
  numaflowNumaprojIoChecks,
  numaplaneNumaprojIoChecks,
  objectbucketIoChecks,
  ocsOpenshiftIoChecks,
  onepasswordComChecks,
  openfaasComChecks,
  opentelemetryIoChecks,
  operatorKnativeDevChecks,
  operatorOpenshiftIoChecks,
  operatorVictoriametricsComChecks,
  operatorsCoreosComChecks,
  pkgCrossplaneIoChecks,
  platformConfluentIoChecks,
  policyOpenClusterManagementIoChecks,
  policyChecks,
  postgresqlCnpgIoChecks,
  proclaimDogmatiqIoChecks,
  projectcontourIoChecks,
  promoterArgoprojIoChecks,
  psmdbPerconaComChecks,
  pulumiComChecks,
  pxcPerconaComChecks,
  rabbitmqComChecks,
  rdsAwsCrossplaneIoChecks,
  rolloutsKruiseIoChecks,
  routeOpenshiftIoChecks,
  route53AwsCrossplaneIoChecks,
  s3AwsCrossplaneIoChecks,
  servicesCloudSapComChecks,
  servingKnativeDevChecks,
  servingKserveIoChecks,
  snapshotStorageK8sIoChecks,
  solrApacheOrgChecks,
  sourceToolkitFluxcdIoChecks,
  sparkoperatorK8sIoChecks,
  spotIoChecks,
  stacksCrossplaneIoChecks,
  towerAnsibleComChecks,
  tridentNetappIoChecks,
  workKarmadaIoChecks,
  zookeeperPravegaIoChecks,
];
