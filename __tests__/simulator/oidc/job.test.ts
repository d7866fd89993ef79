import { describe, expect, it } from '@jest/globals';
import { githubClaims, githubSubject } from '../../../simulator/oidc/job.ts';
import { JOB } from './jobs.ts';

describe('the subject of a job', () => {
  it.each([
    ['a branch', {}, 'repo:octo/app:ref:refs/heads/main'],
    ['a tag', { ref: 'refs/tags/v1' }, 'repo:octo/app:ref:refs/tags/v1'],
    ['a pull request', { eventName: 'pull_request' }, 'repo:octo/app:pull_request'],
    ['an environment', { environment: 'prod' }, 'repo:octo/app:environment:prod'],
    [
      'an environment, before the event',
      { environment: 'prod', eventName: 'pull_request' },
      'repo:octo/app:environment:prod',
    ],
    ['an environment with a colon', { environment: 'prod:ref' }, 'repo:octo/app:environment:prod%3Aref'],
    ['ids', { immutableSubject: true }, 'repo:octo@9/app@7:ref:refs/heads/main'],
    [
      'ids and an environment',
      { immutableSubject: true, environment: 'p' },
      'repo:octo@9/app@7:environment:p',
    ],
  ])('with %s', (_, changes, expected) => {
    expect(githubSubject({ ...JOB, ...changes })).toBe(expected);
  });
});

describe('the claims of a job', () => {
  it('name repository, run and workflow, all as text', () => {
    const claims = githubClaims({ ...JOB, environment: 'prod' });
    expect(claims).toMatchObject({
      repository: 'octo/app',
      repository_id: '7',
      repository_owner: 'octo',
      repository_owner_id: '9',
      ref: 'refs/heads/main',
      sha: JOB.sha,
      environment: 'prod',
      workflow: 'Promote',
      job_workflow_ref: 'octo/app/.github/workflows/promote.yml@refs/heads/main',
      run_id: '100',
      run_attempt: '2',
      actor: 'mona',
    });
    expect(Object.values(claims).every((value) => typeof value === 'string')).toBe(true);
  });

  it('have an environment only if the job has one', () => {
    expect(githubClaims(JOB)).not.toHaveProperty('environment');
  });
});
