import { registerHooks } from 'node:module';
import { text } from 'node:stream/consumers';

/**
 * A process of its own that asks GitHub's language service about documents: it imports its JSON files without saying so,
 * which Node takes only with this hook. Standard input is a Question as JSON, standard output the findings, by document.
 */
export interface Question {
  /** Texts by path; `action.yml` is a manifest of an action, all others are workflows. */
  readonly documents: Readonly<Record<string, string>>;
  /** What can be used: inputs and outputs of actions by `owner/name/path`, texts of reusable workflows likewise. */
  readonly actions: Readonly<Record<string, ActionOffer>>;
  readonly workflows: Readonly<Record<string, string>>;
}

export interface ActionOffer {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { registerLogger, validate } = await import('@actions/languageservice');
const { TextDocument } = await import('vscode-languageserver-textdocument');

const { documents, actions, workflows }: Question = JSON.parse(await text(process.stdin));
const logged: string[] = [];
const note = (message: string) => logged.push(message);
registerLogger({ error: note, warn: note, info: () => undefined, log: () => undefined });

const findings: Record<string, readonly string[]> = {};
for (const [index, [path, content]] of Object.entries(documents).entries()) {
  const uri = path === 'action.yml' ? path : `.github/workflows/${index}.yml`;
  const found = await validate(TextDocument.create(`file:///${uri}`, 'yaml', 1, content), {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, path: inner }) => {
        const action = actions[[owner, name, ...(inner === undefined ? [] : [inner])].join('/')];
        return action && { name, description: '', ...action };
      },
    },
    fileProvider: {
      getFileContent: async (reference) => {
        const name =
          'owner' in reference
            ? `${reference.owner}/${reference.repository}/${reference.path}`
            : reference.path;
        const offered = workflows[name];
        if (offered === undefined) {
          throw new Error(`there is no workflow ${name}`);
        }
        return { name, content: offered };
      },
    },
  });
  findings[path] = [
    ...found.map(({ range, message }) => `${range.start.line + 1}: ${message}`),
    ...logged.splice(0),
  ];
}
process.stdout.write(JSON.stringify(findings));
