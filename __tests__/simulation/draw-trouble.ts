import type { Draw } from './draw.ts';
import type { Wants } from './draw-wants.ts';
import type { End, Meddling } from './history.ts';

/** How a process ends that would make about so many calls. */
export function drawEnd(draw: Draw, calls: number): End {
  const atCall = draw.between(1, calls);
  return draw.one<End>(
    { kind: 'by-itself' },
    { kind: 'by-itself' },
    { kind: 'killed', atCall, when: draw.one('before', 'after') },
    { kind: 'killed', atCall, when: 'after' },
    { kind: 'killed-writing', atLine: draw.between(1, 12) },
    { kind: 'cancelled', atCall },
    { kind: 'cancelled', atCall },
  );
}

export function drawMeddling(draw: Draw, { accounts, regions, hasLineage }: Wants): Meddling {
  const [account = ''] = draw.some(accounts, 1);
  const [region = ''] = draw.some(regions, 1);
  const nth = draw.between(0, 5);
  const value = String(draw.between(1, 999));
  return draw.one<Meddling>(
    { kind: 'tag-copy', nth },
    { kind: 'untag-copy', nth },
    // Without tags and lineage a copy is a stranger that holds the name.
    { kind: hasLineage ? 'strip-copy' : 'tag-copy', nth },
    { kind: 'share-copy', nth },
    { kind: 'unshare-copy', nth },
    { kind: 'deregister-copy', nth },
    { kind: 'tag-source', value },
    { kind: 'describe-source', value },
    { kind: 'close-source', account },
    { kind: 'revoke-role', account },
    { kind: 'restore-role', account },
    region === 'us-east-1' ? { kind: 'tag-source', value } : { kind: 'disable-region', account, region },
  );
}
