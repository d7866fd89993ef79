import type { Effect, Fault, Hits, Quotas, Switches } from './settings.ts';
import type { CopySpeed } from './world.ts';
import type { WorldFile } from './world-schema.ts';
import type { FaultFile } from './world-schema-settings.ts';

/** Copies take three seconds unless the file says otherwise. */
export function buildCopying(file: WorldFile['copying']): CopySpeed {
  const gibPerSecond = file['gib-per-second'];
  return {
    seconds: gibPerSecond === undefined ? (file.seconds ?? 3) : undefined,
    gibPerSecond: gibPerSecond ?? 1,
    factors: new Map(Object.entries(file.factors)),
  };
}

export function buildSwitches(file: WorldFile['switches']): Switches {
  return {
    expiredCode: file['expired-code'],
    lineage: file.lineage,
    notCopied: file['not-copied'],
    missingKey: file['missing-key'],
    missingParameter: file['missing-parameter'],
    tokenTtlSeconds: file['token-ttl-seconds'],
    visibilityLagSeconds: file['visibility-lag-seconds'],
    attributeLagSeconds: file['attribute-lag-seconds'],
    deregisterLagSeconds: file['deregister-lag-seconds'],
    inUseLagSeconds: file['in-use-lag-seconds'],
    trustLagSeconds: file['trust-lag-seconds'],
    sessionSeconds: file['session-seconds'],
    copyNeverAppears: file['copy-never-appears'],
    dryRun: file['dry-run'],
    deleteAssociatedSnapshots: file['delete-associated-snapshots'],
    failedCopySnapshots: file['failed-copy-snapshots'],
    cancelledCopySnapshots: file['cancelled-copy-snapshots'],
  };
}

export function buildQuotas(file: WorldFile['quotas']): Quotas {
  return {
    concurrentCopies: file['concurrent-copies'],
    launchPermissions: file['launch-permissions'],
    images: file.images,
    publicImages: file['public-images'],
    timeBasedMibPerSecond: file['time-based-mib-per-second'],
    rates: new Map(
      Object.entries(file.rates).map(([action, rate]) => [
        action,
        { burst: rate.burst, perSecond: rate['per-second'] },
      ]),
    ),
  };
}

export function buildFault(file: FaultFile): Fault {
  const { action, account, region } = file;
  return { action, account, region, hits: hitsOf(file), effect: effectOf(file) };
}

function hitsOf({ nth, from, times, probability }: FaultFile): Hits {
  if (probability !== undefined) {
    return { kind: 'chance', probability };
  }
  if (nth !== undefined) {
    return { kind: 'range', from: nth, times: 1 };
  }
  return from === undefined && times === undefined
    ? { kind: 'always' }
    : { kind: 'range', from: from ?? 1, times: times ?? Number.POSITIVE_INFINITY };
}

function effectOf(file: FaultFile): Effect {
  switch (file.do) {
    case 'fail-copy':
      return { kind: 'fail-copy', reason: file.reason ?? 'Copy image failed with an internal error' };
    case 'delay':
      return { kind: 'delay', milliseconds: file.milliseconds ?? 0 };
    case 'error':
      return {
        kind: 'error',
        code: file.code ?? 'InternalError',
        status: file.status ?? 400,
        message: file.message ?? 'A fault of the simulator.',
      };
    default:
      return { kind: file.do };
  }
}
