// Lists of tickets by keyboard: j and k move, Enter opens, x ticks, a ticks all,
// s takes the step on what is ticked. Whoever comes back is where they were.
(function () {
  'use strict';
  const { $, $$, free } = window.huiyin;
  const rows = () => $$('[data-test=rows] tbody tr');
  const key = 'row:' + location.pathname;
  let here = -1;

  function go(n, quiet) {
    const all = rows();
    if (!all.length) return;
    here = Math.max(0, Math.min(n, all.length - 1));
    all.forEach((row, i) => { if (i === here) row.setAttribute('aria-current', 'true'); else row.removeAttribute('aria-current'); });
    const link = $('a', all[here]);
    if (link && !quiet) { link.focus({ preventScroll: true }); all[here].scrollIntoView({ block: 'nearest' }); }
  }
  const tick = (row) => {
    const box = $('input[type=checkbox][name]', row);
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event('change', { bubbles: true }));
  };

  document.addEventListener('keydown', (e) => {
    // A ticked box has the focus: keys of the list still mean the list.
    const inBox = e.target.matches('input[type=checkbox]') && !e.isComposing && !e.ctrlKey && !e.altKey && !e.metaKey;
    if (!inBox && !free(e)) return;
    const row = rows()[here];
    switch (e.key) {
      case 'j': case 'ArrowDown': if (e.key === 'ArrowDown' && here < 0) return; e.preventDefault(); go(here + 1); break;
      case 'k': case 'ArrowUp': if (e.key === 'ArrowUp' && here < 0) return; e.preventDefault(); go(here - 1); break;
      case 'x': if (row) { e.preventDefault(); tick(row); } break;
      case ' ': if (row && !inBox && e.target.matches('[data-test=rows] a, body')) { e.preventDefault(); tick(row); } break;
      case 'a': { const all = $('[data-check-all]'); if (all) { e.preventDefault(); all.checked = !all.checked; all.dispatchEvent(new Event('change', { bubbles: true })); } break; }
      case 's': {
        const button = $('[data-bulk]'), reason = $('#bulk-reason');
        if (!button) break;
        e.preventDefault();
        if (reason && !reason.value.trim() && !button.disabled) reason.focus();
        else if (!button.disabled) button.click();
        break;
      }
      case 'Enter': if (row && !e.target.closest('a, button')) { e.preventDefault(); $('a', row).click(); } break;
      default:
    }
  });
  document.addEventListener('focusin', (e) => {
    const row = e.target.closest('[data-test=rows] tbody tr');
    if (row) go(rows().indexOf(row), true);
  });
  document.addEventListener('click', (e) => {
    const link = e.target.closest('[data-test=rows] tbody a');
    if (!link) return;
    try { sessionStorage.setItem(key, link.closest('tr').dataset.test); } catch (_) { /* no storage */ }
  });
  let was = null;
  try { was = sessionStorage.getItem(key); sessionStorage.removeItem(key); } catch (_) { /* no storage */ }
  const at = was ? rows().findIndex((row) => row.dataset.test === was) : -1;
  if (at >= 0) go(at);
})();
