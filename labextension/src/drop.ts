import { IEssay, IEssays } from './tokens';

/** The type under which a citekey is dragged. */
export const CITEKEY_MIME = 'application/x-octavo-citekey';

const OVER = 'octavo-drop';

/** A source may be dropped on a cell that is shown rendered: it is cited at the cell's end. */
export function acceptDrops(essays: IEssays): void {
  let over: Element | null = null;
  const mark = (cell: Element | null): void => {
    over?.classList.remove(OVER);
    over = cell;
    over?.classList.add(OVER);
  };
  const find = (event: DragEvent): { essay: IEssay; cell: HTMLElement } | null => {
    if (!event.dataTransfer?.types.includes(CITEKEY_MIME)) {
      return null;
    }
    const cell = (event.target as Element | null)?.closest?.<HTMLElement>('.jp-MarkdownCell.jp-mod-rendered');
    const essay = cell ? essays.all.find(one => one.node.contains(cell)) : undefined;
    return cell && essay ? { essay, cell } : null;
  };
  document.addEventListener(
    'dragover',
    event => {
      const found = find(event);
      mark(found?.cell ?? null);
      if (found && event.dataTransfer) {
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      }
    },
    true
  );
  document.addEventListener('dragend', () => mark(null), true);
  document.addEventListener(
    'drop',
    event => {
      const found = find(event);
      mark(null);
      const key = event.dataTransfer?.getData(CITEKEY_MIME);
      if (found && key) {
        // JupyterLab's cells take no text that is dropped on them.
        event.preventDefault();
        event.stopPropagation();
        found.essay.cite(key, found.essay.cellOf(found.cell));
      }
    },
    true
  );
}
