import { describe, expect, it } from '@jest/globals';
import { inChild } from './child.ts';

/** The lines that a runner would take for a command of its own. */
function commandsIn(stdout: string): readonly string[] {
  return stdout.split(/\r\n|\r|\n/).filter((line) => /^\s*::/.test(line) || line.includes('##['));
}

describe('the log', () => {
  it('shows a text as it is', async () => {
    const text = '✔ web × prod × eu-west-1: arn:aws:iam::111122223333:role/x ## done';
    const { stdout } = await inChild(
      `import { log } from './src/github/log.ts'; log.info(${JSON.stringify(text)});`,
    );
    expect(stdout).toBe(`${text}\n`);
  });

  it('lets no text become a command of the runner', async () => {
    const text = '::add-mask::a\n  ::set-env name=X::b\r::error::c\r\n\t::debug::d\n\n::e::\nsee ##[error]f';
    const { stdout } = await inChild(
      `import { log } from './src/github/log.ts'; log.info(${JSON.stringify(text)});`,
    );
    expect(commandsIn(stdout)).toEqual([]);
    expect(stdout.replaceAll('\u200B', '')).toBe(`${text}\n`);
  });
});
