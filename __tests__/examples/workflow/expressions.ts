import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** What expressions may look at, by context: `github`, `inputs`, `steps` … */
export type Contexts = Readonly<Record<string, Value>>;
export type Value = string | number | { readonly [key: string]: Value };

/**
 * A text with its `${{ … }}` evaluated by GitHub's own library. Stricter than GitHub: what is in no context is an
 * error, where GitHub has an empty text.
 */
export function render(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluate(expression, contexts).coerceString(),
  );
}

/** The same of each value. */
export function renderAll(
  texts: Readonly<Record<string, string>>,
  contexts: Contexts,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, render(text, contexts)]));
}

/** Whether an `if:` holds, which is a comparison; there are no functions that ask how earlier steps ended. */
export function holds(condition: string, contexts: Contexts): boolean {
  const result = evaluate(condition, contexts);
  if (!(result instanceof data.BooleanData)) {
    throw new Error(`no condition: ${condition}`);
  }
  return result.value;
}

function evaluate(expression: string, contexts: Contexts): data.ExpressionData {
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), []).parse();
  return new Evaluator(tree, dictionary(contexts, '')).evaluate();
}

function dictionary(values: Readonly<Record<string, Value>>, path: string): data.Dictionary {
  const pairs = Object.entries(values).map(([key, value]) => ({
    key,
    value: dataOf(value, `${path}${key}.`),
  }));
  return new StrictDictionary(path, pairs);
}

function dataOf(value: Value, path: string): data.ExpressionData {
  switch (typeof value) {
    case 'string':
      return new data.StringData(value);
    case 'number':
      return new data.NumberData(value);
    default:
      return dictionary(value, path);
  }
}

class StrictDictionary extends data.Dictionary {
  readonly #path: string;

  constructor(path: string, pairs: ConstructorParameters<typeof data.Dictionary>) {
    super(...pairs);
    this.#path = path;
  }

  override get(key: string): data.ExpressionData {
    const found = super.get(key);
    if (found === undefined) {
      throw new Error(`there is no ${this.#path}${key}`);
    }
    return found;
  }
}
