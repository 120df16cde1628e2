import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';
import { get, ICard, ISource, IStatus, OctavoError, request } from './api';
import { SourceIndex } from './search';
import { ISources } from './tokens';

const INTERVAL = 4000;

class Sources implements ISources {
  constructor() {
    this.ready = this._start();
  }

  readonly ready: Promise<void>;

  get status(): IStatus | null {
    return this._status;
  }

  get sources(): readonly ISource[] {
    return this._sources;
  }

  get changed(): ISignal<ISources, void> {
    return this._changed;
  }

  find(key: string): ISource | undefined {
    return this._byKey.get(key);
  }

  search(query: string, limit: number): ISource[] {
    return this._index.search(query, limit);
  }

  card(key: string): Promise<ICard> {
    let card = this._cards.get(key);
    if (!card) {
      card = get<ICard>(`source?key=${encodeURIComponent(key)}`);
      this._cards.set(key, card);
      card.catch(() => this._cards.delete(key));
    }
    return card;
  }

  async refresh(): Promise<void> {
    const init: RequestInit = this._tag ? { headers: { 'If-None-Match': this._tag } } : {};
    const response = await request('sources', { ...init, cache: 'no-store' });
    if (response.status === 304) {
      return;
    }
    const data = await response.json();
    if (data.tag === this._tag) {
      return;
    }
    this._tag = data.tag;
    this._sources = data.sources;
    this._index = new SourceIndex(data.sources);
    this._byKey = new Map(this._sources.map(source => [source.key, source]));
    this._cards.clear();
    this._changed.emit();
  }

  private async _start(): Promise<void> {
    try {
      this._status = await get<IStatus>('status');
    } catch (error) {
      if (error instanceof OctavoError && error.status === 404) {
        console.info(`octavo: ${error.message}`);
        return;
      }
      throw error;
    }
    new Poll({
      name: 'octavo:sources',
      frequency: { interval: INTERVAL, backoff: true, max: 60_000 },
      standby: 'when-hidden',
      factory: () => this.refresh()
    });
    void this.refresh().catch(error => console.warn('octavo: the library could not be read', error));
  }

  private _status: IStatus | null = null;
  private _tag = '';
  private _sources: ISource[] = [];
  private _index = new SourceIndex([]);
  private _byKey = new Map<string, ISource>();
  private _cards = new Map<string, Promise<ICard>>();
  private _changed = new Signal<ISources, void>(this);
}

/** The library, kept up to date. */
export const sourcesPlugin: JupyterFrontEndPlugin<ISources> = {
  id: 'octavo-lab:sources',
  description: 'The library of the workspace, kept up to date.',
  autoStart: true,
  provides: ISources,
  activate: (app: JupyterFrontEnd): ISources => {
    const sources = new Sources();
    // Before the application is restored, nobody shows notifications; they hold 140 characters.
    void Promise.all([sources.ready, app.restored])
      .then(() => {
        if (sources.status?.collaboration) {
          Notification.warning(
            'Real-time collaboration is installed. It can lose text of essays stored as pairs ' +
              '(jupytext issue 1648): keep each open in one view only.',
            { autoClose: false }
          );
        }
      })
      .catch(error => console.warn('octavo: the server does not answer', error));
    return sources;
  }
};
