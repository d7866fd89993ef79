import type { Fault } from '../model/fault.ts';
import { type Complaint, fault, quoted } from './fault.ts';
import type { Given } from './given.ts';
import { entriesOf, onePerLine, type Read, read, refused, unread } from './read.ts';
import { literalAccount } from './role.ts';

/** An account in `accounts`, under the name that outputs give it. */
export interface Named {
  readonly name: string;
  readonly id: string;
}

/**
 * The account that must own the source image. `auto` takes it from `source-role`, else from `role`, when that is an
 * ARN with an account in it; nothing else is a reason to trust an account.
 */
export function readHomeAccount(given: Given): Read<string> {
  const text = given('source-account');
  if (text === undefined) {
    return unread;
  }
  if (text !== 'auto') {
    const complaint = accountComplaint(text);
    return complaint === undefined ? read(text) : refused(fault('source-account', text, complaint));
  }
  const roles = [given('source-role'), given('role')];
  const derived = roles.map(literalAccount).find((account) => account !== undefined);
  if (derived !== undefined) {
    return read(derived);
  }
  return roles.includes(undefined)
    ? unread
    : refused(
        fault('source-account', text, {
          problem:
            'finds no account, because neither source-role nor role is an ARN with an account id in it',
          right: 'set source-account to the 12 digits of the account that owns the source image',
        }),
      );
}

/** The accounts that shall own a copy; `home` is the account of the source, and its name in outputs. */
export function readAccounts(given: Given, home: string | undefined): Read<readonly Named[]> {
  const accounts: Named[] = [];
  const faults: Fault[] = [];
  for (const entry of entriesOf(given('accounts') ?? '')) {
    const named = split(entry, home);
    const complaints = [...complaintsOf(entry, named), ...repetitions(named, accounts)];
    faults.push(...complaints.map((complaint) => fault('accounts', entry, complaint)));
    if (complaints.length === 0) {
      accounts.push(named);
    }
  }
  return read(
    accounts.filter((account) => account.id !== unknownHome),
    faults,
  );
}

/** What is wrong with an account id, if anything. Zeros in front belong to it, and YAML drops them unless quoted. */
export function accountComplaint(
  text: string,
  otherwise = 'write 12 digits, in quotes',
): Complaint | undefined {
  if (/^\d{12}$/.test(text)) {
    return undefined;
  }
  if (/^\d{1,11}$/.test(text)) {
    return {
      problem: `has ${text.length} ${text.length === 1 ? 'digit' : 'digits'}, and an account id has 12`,
      right:
        'write all 12; where YAML reads it as a number, put quotes around it, because a number loses the zeros in front',
    };
  }
  const plain = text.replaceAll('-', '');
  return {
    problem: 'is not an account id',
    right: /^\d{12}$/.test(plain) ? `did you mean "${plain}"?` : (onePerLine(text) ?? otherwise),
  };
}

/** Stands for the home account while nobody knows its id, so that listing it twice is noticed all the same. */
const unknownHome = 'home';

function split(entry: string, home: string | undefined): Named {
  if (entry === 'home') {
    return { name: 'home', id: home ?? unknownHome };
  }
  const at = entry.indexOf('=');
  return at < 0
    ? { name: entry, id: entry }
    : { name: entry.slice(0, at).trim(), id: entry.slice(at + 1).trim() };
}

function complaintsOf(entry: string, { name, id }: Named): readonly Complaint[] {
  if (entry === 'home') {
    return [];
  }
  if (entry.toLowerCase() === 'home') {
    return [{ problem: 'is not an account', right: 'did you mean "home"?' }];
  }
  const complaints: Complaint[] = [];
  if (entry.includes('=') && (!/^[A-Za-z0-9._-]{1,64}$/.test(name) || /^\d{12}$/.test(name))) {
    complaints.push({
      problem: `gives an account the name ${quoted(name)}`,
      right:
        'write a name of 1 to 64 letters, digits, dots, underscores and hyphens that is not an account id',
    });
  }
  if (entry.includes('=') && name.toLowerCase() === 'home') {
    complaints.push({
      problem: 'gives an account the name of the home account',
      right: 'write home alone, or choose another name',
    });
  }
  const complaint = accountComplaint(id, 'write 123456789012, name=123456789012 or home');
  if (complaint !== undefined) {
    complaints.push(
      id.toLowerCase() === 'home'
        ? {
            problem: 'gives the home account a name',
            right: 'write home alone, because outputs call it home',
          }
        : complaint,
    );
  }
  return complaints;
}

function repetitions({ name, id }: Named, earlier: readonly Named[]): readonly Complaint[] {
  const same = earlier.find((account) => account.id === id);
  if (same !== undefined) {
    return [
      {
        problem: `is the same account as ${quoted(same.name)}, which is listed before`,
        right: 'list every account once',
      },
    ];
  }
  return earlier.some((account) => account.name.toLowerCase() === name.toLowerCase())
    ? [
        {
          problem: 'has a name that is used before (case does not count)',
          right: 'give every account a name of its own',
        },
      ]
    : [];
}
