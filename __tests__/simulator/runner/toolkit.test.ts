import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../../simulator/oidc/issuer.ts';
import { githubClaims } from '../../../simulator/oidc/job.ts';
import { verifyWebIdentity } from '../../../simulator/oidc/verify.ts';
import { JOB } from '../oidc/jobs.ts';
import { workbench } from './fixture.ts';

const bench = workbench();
afterEach(() => bench.clear());

const CORE = pathToFileURL(
  join(import.meta.dirname, '..', '..', '..', 'node_modules', '@actions', 'core', 'lib', 'core.js'),
);

describe("an action on GitHub's own toolkit", () => {
  it('reads inputs, gets a token, and reports by outputs, summary, groups and annotations', async () => {
    const issuer = await startIssuer({ claims: githubClaims(JOB), algorithm: 'ES256' });
    const script = `
      import * as core from '${CORE}';
      core.setOutput('lines', core.getMultilineInput('the-regions'));
      core.setOutput('token', await core.getIDToken('sts.amazonaws.com'));
      core.setOutput('multi', 'a\\nb=c\\n');
      core.saveState('folder', '/tmp');
      await core.group('G', async () => core.info('inside'));
      core.warning('50% done', { title: 'Slow, isn\\'t it' });
      await core.summary.addRaw('# Title\\n').write();
      core.setFailed('no');
    `;
    const yaml = 'inputs: { the-regions: {} }\nruns: { using: node24, main: dist/index.js }';
    const inputs = { 'the-regions': 'eu-west-1\nus-east-1' };
    try {
      const result = await bench.run(script, { inputs, issuer, permissions: { idToken: true } }, yaml);
      expect(result).toMatchObject({
        exitCode: 1,
        conclusion: 'failure',
        outputs: { lines: '["eu-west-1","us-east-1"]', multi: 'a\nb=c\n', token: issuer.tokens[0] },
        droppedOutputs: ['token'],
        masks: issuer.tokens,
        state: { folder: '/tmp' },
        summary: '# Title\n',
        faults: [],
      });
      expect(result.lines.filter((line) => line.kind !== 'debug')).toEqual([
        { kind: 'group', text: 'G' },
        { kind: 'info', text: 'inside' },
        { kind: 'endgroup', text: '' },
        { kind: 'warning', text: '50% done', title: "Slow, isn't it" },
        { kind: 'error', text: 'no' },
      ]);
      const provider = { url: issuer.issuer, audiences: ['sts.amazonaws.com'], jwks: issuer.jwks };
      const verified = await verifyWebIdentity(result.outputs.token ?? '', provider, Date.now());
      expect(verified.ok && verified.claims.sub).toBe('repo:octo/app:ref:refs/heads/main');
    } finally {
      await issuer.close();
    }
  });
});
