// The search page by keyboard, and saved searches whose counts stay true.
(function () {
  'use strict';
  const { $, $$, free } = window.huiyin;
  const query = $('#q');
  const hits = () => $$('[data-hit]');

  document.addEventListener('keydown', (e) => {
    if (!query || e.isComposing || e.keyCode === 229) return;
    if (e.key === '/' && free(e)) { e.preventDefault(); query.focus(); query.select(); return; }
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[e.key];
    if (!step) return;
    const list = hits();
    const at = list.indexOf(document.activeElement);
    if (document.activeElement === query && e.key === 'ArrowDown' && list.length) { e.preventDefault(); list[0].focus(); return; }
    if (at < 0 && !(free(e) && document.activeElement === document.body) || !list.length) return;
    e.preventDefault();
    if (at + step < 0 && at >= 0) { query.focus(); return; }
    list[Math.max(0, Math.min(list.length - 1, at + step))].focus();
  });

  // Choosing a filter asks at once; what has no value stays out of the address.
  const form = $('[data-seek]');
  if (form) {
    form.addEventListener('change', (e) => { if (e.target.matches('select')) form.requestSubmit(); });
    form.addEventListener('submit', () => $$('input, select', form).forEach((el) => { if (!el.value) el.disabled = true; }));
    window.addEventListener('pageshow', () => $$('[disabled]', form).forEach((el) => { el.disabled = false; }));
  }

  document.addEventListener('click', (e) => {
    $$('details.drop[open]').forEach((d) => { if (!d.contains(e.target)) d.open = false; });
  });
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return;
    $$('details.drop[open]').forEach((d) => { d.open = false; $('summary', d).focus(); });
  });

  let last = Date.now();
  document.addEventListener('huiyin:counts', () => {
    if (!$('[data-saved-count]') || document.hidden || Date.now() - last < 10000) return;
    last = Date.now();
    fetch('/searches/counts', { headers: { 'X-Fragment': 'true' } }).then((r) => (r.ok ? r.json() : {})).then((counts) => {
      $$('[data-saved-count]').forEach((el) => { if (el.dataset.savedCount in counts) el.textContent = counts[el.dataset.savedCount]; });
    }).catch(() => { /* the next change asks again */ });
  });
})();
