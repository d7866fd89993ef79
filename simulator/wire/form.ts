import { AwsError } from './error.ts';

/** Form parameters as a tree: `A.1.B=x` is the leaf x below A, 1, B. */
export interface Branch {
  value: string | undefined;
  readonly children: Map<string, Branch>;
}

/** Splits an `application/x-www-form-urlencoded` body into its parameters; a name that comes twice is refused. */
export function readForm(body: string): ReadonlyMap<string, string> {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (form.has(name)) {
      throw new AwsError('MalformedQueryString', `The parameter ${name} comes twice.`);
    }
    form.set(name, value);
  }
  return form;
}

/** The tree of all parameters but Action and Version, which say how to read the others. */
export function formTree(form: ReadonlyMap<string, string>): Branch {
  const root = emptyBranch();
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version') {
      continue;
    }
    let branch = root;
    for (const part of name.split('.')) {
      const child = branch.children.get(part) ?? emptyBranch();
      branch.children.set(part, child);
      branch = child;
    }
    branch.value = value;
  }
  return root;
}

function emptyBranch(): Branch {
  return { value: undefined, children: new Map() };
}
