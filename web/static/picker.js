// Search of units by name or the initials of its pinyin, for the queue.
(function () {
  'use strict';
  const { $, $$, free } = window.huiyin;
  const queue = window.huiyin.queue;
  const picker = $('#unit-picker');
  if (!queue || !picker) return;
  const query = $('#unit-query');
  const options = $$('#unit-options li');

  function filter() {
    const q = query.value.trim().toLowerCase();
    let first = null;
    options.forEach((o) => {
      o.hidden = q !== '' && !o.dataset.find.toLowerCase().includes(q);
      if (!o.hidden && !first) first = o;
    });
    select(first);
  }
  function select(option) {
    options.forEach((o) => o.setAttribute('aria-selected', String(o === option)));
    if (option) { query.setAttribute('aria-activedescendant', option.id); option.scrollIntoView({ block: 'nearest' }); } else query.removeAttribute('aria-activedescendant');
  }
  function pickUnit() {
    if (!queue.form()) return;
    query.value = '';
    picker.showModal();
    filter();
    query.focus();
  }
  window.huiyin.pickUnit = pickUnit;
  function take(option) {
    picker.close();
    if (!option) return;
    queue.change({ lead: option.dataset.code, leadName: option.dataset.name, co: '', coNames: '', rule: '人工指定', external: option.dataset.external !== undefined });
  }
  query.addEventListener('input', filter);
  query.addEventListener('keydown', (e) => {
    if (e.isComposing || e.keyCode === 229) return;
    const seen = options.filter((o) => !o.hidden);
    const at = seen.findIndex((o) => o.getAttribute('aria-selected') === 'true');
    if (e.key === 'ArrowDown') { e.preventDefault(); select(seen[Math.min(at + 1, seen.length - 1)]); }
    if (e.key === 'ArrowUp') { e.preventDefault(); select(seen[Math.max(at - 1, 0)]); }
    if (e.key === 'Enter') { e.preventDefault(); take(seen[at]); }
  });
  $('#unit-options').addEventListener('click', (e) => take(e.target.closest('li')));
  queue.box.addEventListener('click', (e) => { if (e.target.closest('[data-pick-unit]')) pickUnit(); });
  document.addEventListener('keydown', (e) => {
    if (free(e) && e.key === '/') { e.preventDefault(); pickUnit(); }
  });
})();
