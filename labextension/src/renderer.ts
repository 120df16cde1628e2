import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMime, IRenderMimeRegistry, RenderedMarkdown, renderHTML, renderMarkdown } from '@jupyterlab/rendermime';
import { post } from './api';
import { makeCard } from './card';
import { decoded } from './citations';
import { withoutFar } from './far';
import { Latest } from './latest';
import { IEssay, IEssays, ISources } from './tokens';

/** Milliseconds: keys that are pressed together are one edit. */
const PAUSE = 10;
const RANK = 55;

interface IAnswer {
  cells: Record<string, string>;
  questions: Record<string, string>;
}

/** What the page shows of a cell, for the text that it was made of. */
interface IKnown {
  source: string;
  html: string;
}

/** The rendered cells of one essay: asked for again whenever it changes, one question at a time. */
class Rendering {
  constructor(
    private _essay: IEssay,
    private _live: Set<OctavoMarkdown>
  ) {}

  find(node: HTMLElement, source: string): string | undefined {
    const known = this._known.get(this._essay.cellOf(node));
    return known?.source === source ? known.html : undefined;
  }

  /** The essay changed. */
  later(): void {
    this._latest.later();
  }

  private async _renew(): Promise<void> {
    const draft = this._essay.draft();
    if (!draft.cells || !this._essay.node.isConnected) {
      return;
    }
    try {
      const answer = await post<IAnswer>('format', draft);
      this._known = new Map(
        Object.entries(answer.cells).map(([number, html]) => {
          const { id, source } = (draft.cells ?? [])[Number(number)];
          return [id, { source, html }];
        })
      );
      this._dress();
      const questions = Object.entries(answer.questions).map(([number, code]) => {
        const { id, source } = (draft.cells ?? [])[Number(number)];
        return { id, source, code };
      });
      // Not waited for: the kernel may be busy for long.
      this._essay.ask(questions).catch(error => console.warn('octavo: no inline values', error));
    } catch (error) {
      // The cells keep JupyterLab's own rendering; the problems panel says what is wrong.
      console.warn('octavo: the cells could not be rendered as the page', error);
    }
  }

  /** What is in view first; the rest when the browser has time. */
  private _dress(): void {
    const mine = Array.from(this._live).filter(one => this._essay.node.contains(one.node));
    const { top, bottom } = this._essay.node.getBoundingClientRect();
    const far = mine.filter(one => {
      const box = one.node.getBoundingClientRect();
      if (box.bottom < top || box.top > bottom) {
        return true;
      }
      void one.dress();
      return false;
    });
    const some = (deadline: IdleDeadline): void => {
      while (far.length && deadline.timeRemaining() > 1) {
        void far.shift()?.dress();
      }
      if (far.length) {
        window.requestIdleCallback(some);
      }
    };
    window.requestIdleCallback(some);
  }

  private _known = new Map<string, IKnown>();
  private _latest = new Latest(() => this._renew(), PAUSE);
}

/** The rendered cells of every open essay. */
class Renderings {
  constructor(
    private _sources: ISources,
    private _essays: IEssays
  ) {
    _essays.edited.connect((_, essay) => this._of(essay).later());
    _essays.focused.connect(() => _essays.all.forEach(one => this._each.has(one) || this._of(one).later()));
    _sources.changed.connect(() => _essays.all.forEach(one => this._of(one).later()));
  }

  readonly live = new Set<OctavoMarkdown>();

  /** Whether there is a workspace. */
  get isOn(): boolean {
    return this._sources.status !== null;
  }

  /** What the page shows of a cell, as far as it is known. */
  find(node: HTMLElement, source: string): string | undefined {
    const essay = this._essays.all.find(one => one.node.contains(node));
    return essay ? this._each.get(essay)?.find(node, source) : undefined;
  }

  private _of(essay: IEssay): { later(): void } {
    if (!this._sources.status) {
      return { later: () => undefined };
    }
    const rendering = this._each.get(essay) ?? new Rendering(essay, this.live);
    this._each.set(essay, rendering);
    return rendering;
  }

  private _each = new WeakMap<IEssay, Rendering>();
}

/** A Markdown cell as the page will show it; JupyterLab's rendering until that is known. */
class OctavoMarkdown extends RenderedMarkdown {
  constructor(
    options: IRenderMime.IRendererOptions,
    private _renderings: Renderings
  ) {
    super({ ...options, sanitizer: _renderings.isOn ? withoutFar(options.sanitizer) : options.sanitizer });
    _renderings.live.add(this);
  }

  dispose(): void {
    this._renderings.live.delete(this);
    super.dispose();
  }

  async render(model: IRenderMime.IMimeModel): Promise<void> {
    this._source = String(model.data[this.mimeType] ?? '');
    this._shown = '';
    const html = this._renderings.find(this.node, this._source);
    if (html === undefined) {
      this.removeClass('octavo-rendered');
      await super.render(model);
      this._shown = '';
    }
    await this.dress();
  }

  /** Show what the page shows, when it is known and not shown yet. */
  async dress(): Promise<void> {
    const html = this._renderings.find(this.node, this._source);
    if (html === undefined || html === this._shown) {
      return;
    }
    this._shown = html;
    this.addClass('octavo-rendered');
    // Never trusted: what a .bib or a cell holds goes through JupyterLab's sanitizer.
    await renderHTML({
      host: this.node,
      source: html,
      trusted: false,
      resolver: this.resolver,
      sanitizer: this.sanitizer,
      linkHandler: this.linkHandler,
      shouldTypeset: this.isAttached,
      latexTypesetter: this.latexTypesetter
    });
    for (const heading of Array.from(this.node.querySelectorAll('h1, h2, h3, h4, h5, h6'))) {
      // The table of contents looks for headings by JupyterLab's name for them.
      heading.setAttribute('data-jupyter-id', renderMarkdown.createHeaderId(heading));
    }
  }

  private _source = '';
  private _shown = '';
}

/** The card of the citation under the pointer, and its note on Ctrl-click. */
function cards(sources: ISources, essays: IEssays): void {
  const floating = document.createElement('div');
  floating.className = 'octavo-floating';
  floating.hidden = true;
  document.body.append(floating);
  let timer = 0;
  let clicked: Element | null = null;
  const keyOf = (event: Event): { key: string; link: Element } | null => {
    const link = (event.target as Element | null)?.closest?.('.octavo-rendered a[href*="#ref-"]');
    const key = decoded(link?.getAttribute('href')?.split('#ref-')[1] ?? '');
    return link && key ? { key, link } : null;
  };
  const hide = (): void => {
    window.clearTimeout(timer);
    floating.hidden = true;
  };
  const later = (found: { key: string; link: Element }): void => {
    timer = window.setTimeout(() => {
      floating.replaceChildren(makeCard(sources, found.key));
      const { left, bottom } = found.link.getBoundingClientRect();
      floating.style.left = `${Math.min(left, window.innerWidth - 400)}px`;
      floating.style.top = `${bottom + 4}px`;
      floating.hidden = false;
    }, 250);
  };
  document.addEventListener('mouseover', event => {
    const found = keyOf(event);
    const again = found && found.link === clicked;
    clicked = again ? clicked : null;
    hide();
    if (found && !again) {
      later(found);
    }
  });
  document.addEventListener('focusin', event => {
    const found = keyOf(event);
    hide();
    if (found) {
      later(found);
    }
  });
  document.addEventListener('keydown', event => {
    const found = keyOf(event);
    if (event.key === 'Escape') {
      hide();
    } else if (found && event.key === 'Enter' && event.altKey) {
      hide();
      void essays.openNote(found.key);
    }
  });
  document.addEventListener(
    'click',
    event => {
      const found = keyOf(event);
      if (found) {
        // A click alone chooses the cell; it never leads out of it.
        event.preventDefault();
        hide();
        clicked = found.link;
        if (event.ctrlKey || event.metaKey) {
          event.stopPropagation();
          void essays.openNote(found.key);
        }
      }
    },
    true
  );
}

/** Rendered citations in Markdown cells. */
export const rendererPlugin: JupyterFrontEndPlugin<void> = {
  id: 'octavo-lab:renderer',
  description: 'Markdown cells as the page will show them.',
  autoStart: true,
  requires: [IRenderMimeRegistry, ISources, IEssays],
  activate: (
    _: JupyterFrontEnd,
    registry: IRenderMimeRegistry,
    sources: ISources,
    essays: IEssays
  ): void => {
    const renderings = new Renderings(sources, essays);
    registry.addFactory({
      safe: true,
      mimeTypes: ['text/markdown'],
      defaultRank: RANK,
      createRenderer: options => new OctavoMarkdown(options, renderings)
    });
    cards(sources, essays);
  }
};
