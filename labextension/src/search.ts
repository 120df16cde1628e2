import { ISource } from './api';

/** Text without case and accents. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();
}

interface IRow {
  source: ISource;
  key: string;
  author: string;
  year: string;
  title: string;
  all: string;
}

/** What each part of a source is worth where a word is found. */
function worth(row: IRow, word: string): number {
  if (!row.all.includes(word)) {
    return 0;
  }
  if (row.key === word) {
    return 100;
  }
  if (row.author.startsWith(word)) {
    return 40;
  }
  if (row.key.startsWith(word)) {
    return 30;
  }
  if (row.year === word) {
    return 20;
  }
  if (new RegExp(`(^|[^\\p{L}\\p{N}])${escaped(word)}`, 'u').test(row.author)) {
    return 16;
  }
  if (new RegExp(`(^|[^\\p{L}\\p{N}])${escaped(word)}`, 'u').test(row.title)) {
    return 12;
  }
  return 4;
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** An index over all sources; 10,000 take a few milliseconds to search. */
export class SourceIndex {
  constructor(sources: ISource[]) {
    this._rows = sources.map(source => {
      const [key, author, title] = [fold(source.key), fold(source.author), fold(source.title)];
      return {
        source,
        key,
        author,
        year: source.year,
        title,
        all: [key, author, source.year, title, fold(source.container)].join('\n')
      };
    });
  }

  /** The sources that hold every word, best first; all of them for no word. */
  search(query: string, limit: number): ISource[] {
    const words = fold(query).split(/[\s,;@[\]]+/).filter(Boolean);
    if (!words.length) {
      return this._rows.slice(0, limit).map(row => row.source);
    }
    const found: [number, number][] = [];
    for (let n = 0; n < this._rows.length; n++) {
      const row = this._rows[n];
      let score = 0;
      for (const word of words) {
        const one = worth(row, word);
        if (!one) {
          score = 0;
          break;
        }
        score += one;
      }
      if (score) {
        found.push([score + (row.source.note ? 2 : 0) + (row.source.cited ? 1 : 0), n]);
      }
    }
    found.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    return found.slice(0, limit).map(([, n]) => this._rows[n].source);
  }

  private _rows: IRow[];
}
