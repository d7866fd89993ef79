/**
 * A checker for the few words of JSON Schema that our schemas and GitHub's description use, `nullable` of OpenAPI 3.0
 * among them; any other word is an error, not a pass.
 */
export type Schema = Readonly<Record<string, unknown>>;

/** Every place where a value does not fit the schema, as a path and what is wrong there; `root` holds what it refers to. */
export function misfits(
  value: unknown,
  schema: Schema,
  root: Schema = schema,
  path = '$',
): readonly string[] {
  if (value === null && schema.nullable === true) {
    return [];
  }
  return Object.entries(schema).flatMap(([word, rule]) => {
    switch (word) {
      case '$schema':
      case '$id':
      case '$defs':
      case 'title':
      case 'description':
      case 'default':
      case 'nullable':
        return [];
      case '$ref':
        return misfits(value, definition(root, String(rule)), root, path);
      case 'type':
        return listOf(rule).some((type) => typesOf(value).includes(String(type)))
          ? []
          : [`${path}: ${typesOf(value)[0]}, not ${rule}`];
      case 'format':
        return typeof value !== 'string' || formatOf(rule)(value) ? [] : [`${path}: ${value} is no ${rule}`];
      case 'const':
        return value === rule ? [] : [`${path}: not ${rule}`];
      case 'enum':
        return listOf(rule).includes(value) ? [] : [`${path}: ${value} is none of ${rule}`];
      case 'pattern':
        return typeof value !== 'string' || new RegExp(String(rule), 'u').test(value)
          ? []
          : [`${path}: ${value} does not match ${rule}`];
      case 'required':
        return isObject(value)
          ? listOf(rule).flatMap((name) =>
              Object.hasOwn(value, String(name)) ? [] : [`${path}: without ${name}`],
            )
          : [];
      case 'properties':
        return isObject(value)
          ? Object.entries(objectOf(rule)).flatMap(([name, property]) =>
              Object.hasOwn(value, name)
                ? misfits(value[name], objectOf(property), root, `${path}.${name}`)
                : [],
            )
          : [];
      case 'additionalProperties':
        return isObject(value)
          ? Object.keys(value)
              .filter((name) => !Object.hasOwn(objectOf(schema.properties ?? {}), name))
              .flatMap((name) =>
                rule === false
                  ? [`${path}: unknown ${name}`]
                  : misfits(value[name], objectOf(rule), root, `${path}.${name}`),
              )
          : [];
      case 'oneOf': {
        const fitting = listOf(rule).filter(
          (choice) => misfits(value, objectOf(choice), root, path).length === 0,
        );
        return fitting.length === 1 ? [] : [`${path}: fits ${fitting.length} of the choices, not one`];
      }
      case 'items':
        return Array.isArray(value)
          ? value.flatMap((item, index) => misfits(item, objectOf(rule), root, `${path}[${index}]`))
          : [];
      case 'minItems':
        return !Array.isArray(value) || value.length >= Number(rule) ? [] : [`${path}: fewer than ${rule}`];
      case 'minProperties':
        return !isObject(value) || Object.keys(value).length >= Number(rule)
          ? []
          : [`${path}: fewer than ${rule}`];
      default:
        throw new Error(`the checker does not know the word ${word}`);
    }
  });
}

function definition(root: Schema, ref: string): Schema {
  const [start, ...names] = ref.split('/');
  return start === '#' ? names.reduce((found, name) => objectOf(found[name]), root) : objectOf(undefined);
}

/** The types of a value, the widest first. */
function typesOf(value: unknown): readonly string[] {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return Number.isSafeInteger(value) ? [type, 'integer'] : [type];
}

function formatOf(name: unknown): (value: string) => boolean {
  switch (name) {
    case 'uri':
      return URL.canParse;
    case 'date-time':
      return (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
    // Of a number, which has no other form.
    case 'int64':
      return () => true;
    default:
      throw new Error(`the checker does not know the format ${name}`);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function objectOf(value: unknown): Schema {
  if (!isObject(value)) {
    throw new Error('the schema is no schema');
  }
  return value;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
