import { Notification } from '@jupyterlab/apputils';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';
import { ICard, ISource, make } from '../api';
import { citedIn } from '../citations';
import { CITEKEY_MIME } from '../drop';
import { fold } from '../search';
import { IEssays, ISources } from '../tokens';

const SHOWN = 200;

const FILTERS: Record<string, string> = {
  all: 'All sources',
  here: 'Cited here',
  uncited: 'Cited nowhere',
  noteless: 'Without a note',
  unread: 'Unread'
};

const SORTS: Record<string, (a: ISource, b: ISource) => number> = {
  match: () => 0,
  author: (a, b) => fold(a.author || a.title).localeCompare(fold(b.author || b.title)),
  year: (a, b) => b.year.localeCompare(a.year),
  title: (a, b) => fold(a.title).localeCompare(fold(b.title)),
  cited: (a, b) => b.cited - a.cited
};

function passes(filter: string, source: ISource, here: Set<string>): boolean {
  switch (filter) {
    case 'here':
      return here.has(source.key);
    case 'uncited':
      return !source.cited && !here.has(source.key);
    case 'noteless':
      return !source.note;
    case 'unread':
      return !['read', 'finished', 'done'].includes(source.status);
    default:
      return true;
  }
}

interface IProps {
  sources: ISources;
  essays: IEssays;
}

function Places({ card, essays }: { card: ICard; essays: IEssays }): JSX.Element {
  const places = card.places ?? [];
  return (
    <ul className="octavo-places" aria-label="Where it is cited">
      {places.map((place, n) => (
        <li key={n}>
          <button className="octavo-link" onClick={() => void essays.open(place.path, place.line)}>
            {place.path.replace(/^essays\//, '').replace(/\.md$/, '')}, line {place.line}
          </button>
          <span>{place.sentence}</span>
        </li>
      ))}
      {!places.length && <li>No essay cites it yet.</li>}
    </ul>
  );
}

function cite(essays: IEssays, key: string): void {
  if (essays.essay) {
    essays.essay.cite(key);
  } else {
    Notification.info('Open the essay that the citation is for.', { autoClose: 4000 });
  }
}

function Row({ source, sources, essays, here }: IProps & { source: ISource; here: boolean }): JSX.Element {
  const [card, setCard] = React.useState<ICard | null>(null);
  const toggle = (): void => {
    if (card) {
      setCard(null);
    } else {
      sources.card(source.key).then(setCard, error => console.warn('octavo: no card', error));
    }
  };
  return (
    <li
      className="octavo-library-row"
      draggable
      onDragStart={event => {
        event.dataTransfer.setData(CITEKEY_MIME, source.key);
        event.dataTransfer.effectAllowed = 'copy';
      }}
    >
      <div className="octavo-library-by">
        {source.author.split(';')[0] || source.key}
        <span>
          {here && (
            <span className="octavo-here" title="Cited in this essay">
              here
            </span>
          )}
          {source.year}
        </span>
      </div>
      <div className="octavo-library-title">{source.title}</div>
      <div className="octavo-library-actions">
        <button className="jp-mod-styled" title={`Cite ${source.key}`} onClick={() => cite(essays, source.key)}>
          Cite
        </button>
        <button
          className="jp-mod-styled"
          title={`The reading note of ${source.key}`}
          onClick={() => void essays.openNote(source.key)}
        >
          {source.note ? 'Open note' : 'New note'}
        </button>
        <button className="jp-mod-styled" aria-expanded={!!card} onClick={toggle}>
          {source.cited ? `Cited ${source.cited}×` : 'Cited where'}
        </button>
      </div>
      {card && <Places card={card} essays={essays} />}
    </li>
  );
}

function Add({ sources }: { sources: ISources }): JSX.Element {
  const [text, setText] = React.useState('');
  const [said, setSaid] = React.useState('');
  const add = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    setSaid('Looking it up…');
    try {
      setSaid(`Added ${await make('reference', text)}.`);
      setText('');
      await sources.refresh();
    } catch (error) {
      setSaid((error as Error).message);
    }
  };
  return (
    <form className="octavo-add" onSubmit={event => void add(event)}>
      <input
        className="jp-mod-styled"
        aria-label="Add a source"
        placeholder="Add by DOI, ISBN, arXiv or URL"
        value={text}
        onChange={event => setText(event.target.value)}
      />
      <button className="jp-mod-styled" disabled={!text.trim()}>
        Add
      </button>
      <div role="status">{said}</div>
    </form>
  );
}

function Library({ sources, essays }: IProps): JSX.Element {
  const [query, setQuery] = React.useState('');
  const [filter, setFilter] = React.useState('all');
  const [sort, setSort] = React.useState('match');
  const here = new Set(citedIn(essays.essay?.text() ?? '').map(one => one.key));
  const found = sources
    .search(query, sources.sources.length)
    .filter(source => passes(filter, source, here));
  if (sort !== 'match') {
    found.sort(SORTS[sort]);
  }
  return (
    <>
      <div className="octavo-library-head">
        <input
          className="jp-mod-styled"
          type="search"
          aria-label="Search the library"
          placeholder="Author, title, year, key"
          value={query}
          onChange={event => setQuery(event.target.value)}
        />
        <select className="jp-mod-styled" aria-label="Show" value={filter} onChange={event => setFilter(event.target.value)}>
          {Object.entries(FILTERS).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
        <select className="jp-mod-styled" aria-label="Sort" value={sort} onChange={event => setSort(event.target.value)}>
          {Object.keys(SORTS).map(name => (
            <option key={name} value={name}>
              by {name}
            </option>
          ))}
        </select>
      </div>
      <ul className="octavo-library-list">
        {found.slice(0, SHOWN).map(source => (
          <Row key={source.key} {...{ source, sources, essays }} here={here.has(source.key)} />
        ))}
      </ul>
      <div className="octavo-library-count" role="status">
        {found.length === 0 && 'Nothing found.'}
        {found.length > 0 && `${found.length.toLocaleString()} of ${sources.sources.length.toLocaleString()} sources`}
        {found.length > SHOWN && `; the first ${SHOWN} are shown`}
      </div>
      <Add sources={sources} />
    </>
  );
}

/** The library beside the essay. */
export class LibraryPanel extends ReactWidget {
  constructor(
    private _sources: ISources,
    private _essays: IEssays
  ) {
    super();
    this.id = 'octavo-library';
    this.addClass('octavo-library');
    this.title.caption = 'Library';
    _essays.edited.connect(() => this._later());
    _essays.focused.connect(() => this._later());
  }

  protected render(): JSX.Element {
    return (
      <UseSignal signal={this._sources.changed}>
        {() => <Library sources={this._sources} essays={this._essays} />}
      </UseSignal>
    );
  }

  private _later(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this.isVisible && this.update(), 400);
  }

  private _timer = 0;
}
