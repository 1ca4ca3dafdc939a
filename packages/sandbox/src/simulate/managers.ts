/** The managers under which the simulated programs of a cluster write. */
export const CONTROLLER_MANAGER = 'kube-controller-manager';
export const SCHEDULER = 'kube-scheduler';
export const KUBELET = 'kubelet';
