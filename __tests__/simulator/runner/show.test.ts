import { describe, expect, it } from '@jest/globals';
import type { LogLine } from '../../../simulator/runner/log.ts';
import { showLog, showSummary } from '../../../simulator/runner/show.ts';

describe('a log shown', () => {
  const lines: readonly LogLine[] = [
    { kind: 'info', text: 'start' },
    { kind: 'group', text: 'Copies' },
    { kind: 'info', text: 'one\ntwo' },
    { kind: 'debug', text: 'deep' },
    { kind: 'warning', text: 'slow', title: 'Copy' },
    { kind: 'endgroup', text: '' },
    { kind: 'error', text: 'bad' },
  ];

  it('sets groups in and marks annotations', () => {
    expect(showLog({ lines }, { colour: false })).toBe(
      'start\n▼ Copies\n  one\n  two\n  Warning: Copy: slow\nError: bad\n',
    );
  });

  it('has debug lines and colours where they are wanted', () => {
    expect(showLog({ lines }, { colour: false, debug: true })).toContain('  debug: deep\n');
    expect(showLog({ lines }, { colour: true })).toContain('\u001b[31mError: bad\u001b[39m');
  });

  it('is empty without lines', () => {
    expect(showLog({ lines: [] })).toBe('');
  });
});

describe('a summary shown', () => {
  const show = (markdown: string): string => showSummary(markdown, { colour: false });

  it('underlines headings', () => {
    expect(show('# One\ntext\n## Two ##\n### Three')).toBe('One\n===\n\ntext\n\nTwo\n---\n\nThree\n');
  });

  it('aligns the columns of a table to the side asked for', () => {
    const table = '| Image | Region | GiB |\n|:--|:-:|--:|\n| ami-1 | eu-west-1 | 8 |\n| a\\|b | x | 1,024 |';
    expect(show(table)).toBe(
      [
        'Image   Region      GiB',
        '-----  ---------  -----',
        'ami-1  eu-west-1      8',
        'a|b        x      1,024\n',
      ].join('\n'),
    );
  });

  it('fills up short rows of a table, cuts long ones, and counts a tick as two columns', () => {
    expect(show('|a|b|\n|-|-|\n|1|\n|✅ y|2|3|')).toBe('a     b\n----  ---\n1\n✅ y  2\n');
  });

  it('takes a row of dashes with another number of cells for text', () => {
    expect(show('a | b\n--- | --- | ---')).toBe('a | b\n--- | --- | ---\n');
  });

  it('reads a table that follows right on a line of text', () => {
    expect(show('Text\n|a|b|\n|-|-|\n|1|2|')).toBe('Text\n\na    b\n---  ---\n1    2\n');
  });

  it('shows links by number, each address once, also in tables', () => {
    const text = '[run](https://a/1) [again](https://a/1) <https://a/2>\n\n|x|\n|-|\n|[y](https://a/3)|';
    expect(show(text)).toBe(
      'run [1] again [1] [2]\n\nx\n-----\ny [3]\n\n[1] https://a/1\n[2] https://a/2\n[3] https://a/3\n',
    );
  });

  it('drops the marks of bold and italics, keeps code, resolves escapes, entities and breaks', () => {
    expect(
      show('**b** *i* _i_ ~~s~~ `**c** &lt;` \\*x\\* &lt;a&gt; &#124; &#x41; p<br>q <b>r</b> a_b_c 2*3*4'),
    ).toBe('b i i s **c** &lt; *x* <a> | A p q r a_b_c 2*3*4\n');
  });

  it('shows what an escape or an entity hides, not what it would mean', () => {
    expect(show('\\[a\\](b) &amp;lt; \\<b>')).toBe('[a](b) &lt; <b>\n');
  });

  it('opens details and keeps code blocks as they are', () => {
    expect(
      show('<details><summary>More <b>x</b></summary>\n\n```json\n{"a": "**1**"}\n\n| x |\n```\n</details>'),
    ).toBe('▼ More x\n\n    {"a": "**1**"}\n\n    | x |\n');
  });

  it('shows lists and alerts', () => {
    expect(show('- a\n  * b\n\n> [!WARNING]\n> take care')).toBe('• a\n  • b\n\n| WARNING\n| take care\n');
  });

  it('is empty for an empty summary', () => {
    expect(show('\n')).toBe('');
  });
});
