import type { GroupChecks } from '../verdict.ts';
import { appVaultHealth } from './app-vault.ts';
import { applicationHealth } from './application.ts';
import { backupHealth } from './backup.ts';
import { execHookHealth } from './exec-hook.ts';
import { execHooksRunHealth } from './exec-hooks-run.ts';
import { resourceBackupHealth } from './resource-backup.ts';
import { resticVolumeBackupHealth } from './restic-volume-backup.ts';
import { scheduleHealth } from './schedule.ts';
import { snapshotHealth } from './snapshot.ts';

/** The health checks of astra.netapp.io. */
export const astraNetappIoChecks: GroupChecks = {
  group: 'astra.netapp.io',
  kinds: {
    AppVault: appVaultHealth,
    Application: applicationHealth,
    Backup: backupHealth,
    ExecHook: execHookHealth,
    ExecHooksRun: execHooksRunHealth,
    ResourceBackup: resourceBackupHealth,
    ResticVolumeBackup: resticVolumeBackupHealth,
    Schedule: scheduleHealth,
    Snapshot: snapshotHealth,
  },
};
