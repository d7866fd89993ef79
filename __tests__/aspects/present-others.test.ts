import { describe, expect, it } from '@jest/globals';
import { present } from '../../src/aspects/present.ts';
import type { ImageState } from '../../src/model/image.ts';
import type { Observation } from '../../src/model/observation.ts';
import { ownTags } from '../../src/model/tags.ts';
import { birthTags, chosen, copy, copyId, observation, source, target } from '../support/builders.ts';
import { mendsOf, saidOf } from '../support/differences.ts';

const two = copy({ id: 'ami-two' });
const three = copy({ id: 'ami-three' });

/** The copy that is used, beside others of ours. */
function beside(...others: readonly (typeof two)[]): Observation {
  const used = chosen();
  return observation({ ours: [used.image, ...others], chosen: used });
}

function warnings(seen: Observation) {
  return present(target(), seen).filter(({ mend }) => mend.kind === 'warning');
}

describe('several of ours', () => {
  it('are told together, with the one that is used, and nothing is done to them', () => {
    const differences = present(target(), beside(two, three));
    expect(mendsOf(differences)).toEqual(['warning']);
    for (const id of [copyId, 'ami-two', 'ami-three']) {
      expect(differences[0]?.found).toContain(id);
    }
  });

  it('are never to be removed: somebody may rely on them', () => {
    expect(saidOf(present(target(), beside(two)))).toEqual([
      `ami-two is a copy of this source, too, beside ${copyId}, which is used. It is left alone: a promotion under another name may have made it.`,
    ]);
    expect(JSON.stringify(present(target(), beside(two, three)))).not.toContain('deregister');
  });

  it.each<ImageState>(['pending', 'transient', 'disabled'])('are told too where one is %s', (state) => {
    expect(warnings(beside({ ...two, state }))).toHaveLength(1);
  });

  it.each<ImageState>(['failed', 'error', 'invalid', 'deregistered'])(
    'are no two where one is %s',
    (state) => {
      expect(warnings(beside({ ...two, state, tags: birthTags(1) }))).toEqual([]);
    },
  );

  it('are told beside the source in its own place, which is none of them', () => {
    const seen = observation({ ours: [two], chosen: chosen({ inPlace: true }) });
    expect(warnings(seen)[0]?.found).toContain('ami-two');
  });

  it('is not one alone', () => {
    expect(present(target(), beside())).toEqual([]);
  });
});

describe('a candidate', () => {
  const candidate = copy({ id: 'ami-0candidate', tags: {} });

  it('is told with the command that adopts it, in the account and Region of the target', () => {
    const [said, ...more] = warnings(observation({ candidates: [candidate] }));
    expect(more).toEqual([]);
    expect(said?.found).toContain('ami-0candidate');
    expect(said?.found).toContain('aws ec2 create-tags --region eu-west-1 --resources ami-0candidate');
    expect(said?.found).toContain(ownTags.source);
    expect(said?.found).toContain(source().origin);
  });

  it('is each told by itself', () => {
    const candidates = [candidate, { ...candidate, id: 'ami-0other' }];
    expect(warnings(observation({ candidates }))).toHaveLength(2);
  });

  it('is told of another origin by that: it is what the tag says', () => {
    const wanted = target({ source: source({ origin: '111122223333/eu-north-1/ami-0first' }) });
    const [said] = present(wanted, observation({ candidates: [candidate] })).filter(
      ({ mend }) => mend.kind === 'warning',
    );
    expect(said?.found).toContain('111122223333/eu-north-1/ami-0first');
  });

  it('does not keep the copy from being made, nor what forbids it from being told', () => {
    const seen = observation({ candidates: [candidate] });
    expect(mendsOf(present(target(), seen))).toEqual(['write', 'warning']);
    expect(mendsOf(present(target({ name: '#' }), seen))).toEqual(['never', 'warning']);
  });
});
