export type Inline = (text: string) => string;

/** The addresses of links in the order they were met, each once. */
export interface LinkNotes {
  readonly addresses: readonly string[];
  /** The number of an address, from 1. */
  numberOf(address: string): number;
}

export function linkNotes(): LinkNotes {
  const addresses: string[] = [];
  return {
    addresses,
    numberOf: (address) => {
      if (!addresses.includes(address)) {
        addresses.push(address);
      }
      return addresses.indexOf(address) + 1;
    },
  };
}

/**
 * What one line of Markdown says, without its marks: code spans stand as they are, links become `text [n]`, bold and
 * italics lose their marks, backslash escapes, entities and `<br>` are resolved, other tags are left out.
 */
export function plainText(text: string, notes: LinkNotes): string {
  return text
    .split(/(`+[^`]*`+)/)
    .map((part) => {
      const code = /^(`+)([^`]*)\1$/.exec(part);
      return code === null ? prose(part, notes) : (code[2] ?? '').replace(/^ (.+) $/, '$1');
    })
    .join('');
}

/** Escaped characters are set aside as code points of the private use area, so that no mark is seen in them. */
function prose(text: string, notes: LinkNotes): string {
  return entities(
    setAside(text)
      .replace(
        /!?\[([^\]]*)\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g,
        (_, label: string, address: string) => {
          const number = `[${notes.numberOf(entities(takeBack(address)))}]`;
          return label === '' ? number : `${label} ${number}`;
        },
      )
      .replace(/<(https?:\/\/[^>\s]+)>/g, (_, address: string) => `[${notes.numberOf(takeBack(address))}]`)
      .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, '$2')
      .replace(/(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])/g, '$1')
      .replace(/(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)/g, '$1')
      .replace(/~~(.+?)~~/g, '$1')
      .replace(/<br\s*\/?>/gi, ' ')
      .replace(/<\/?[a-zA-Z][^>]*>/g, ''),
    takeBack,
  );
}

const ASIDE = 0xe000;

function setAside(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, (_, mark: string) =>
    String.fromCodePoint(ASIDE + (mark.codePointAt(0) ?? 0)),
  );
}

function takeBack(text: string): string {
  return text.replace(/[\ue000-\ue07f]/g, (mark) =>
    String.fromCodePoint((mark.codePointAt(0) ?? ASIDE) - ASIDE),
  );
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function entities(text: string, then: (text: string) => string = (same) => same): string {
  return then(
    text.replace(/&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
      if (typeof name === 'string') {
        return NAMED[name] ?? whole;
      }
      const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }),
  );
}
