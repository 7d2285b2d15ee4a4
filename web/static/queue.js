// The operators' queue: one key accepts the proposal and the next ticket is
// already there.
(function () {
  'use strict';
  const { $, $$, free, toast } = window.huiyin;
  const list = $('[data-queue]');
  const box = $('[data-pane]');
  if (!list || !box) return;
  const loaded = new Map(); // id -> promise of the pane's HTML
  const rows = () => $$('.qrow:not(.gone)', list);
  const current = () => $('.qrow[aria-current=true]', list);
  const form = () => $('form[data-dispatch]', box);

  function load(id) {
    if (!loaded.has(id)) {
      loaded.set(id, fetch('/queue/' + id, { headers: { 'X-Fragment': 'true', Accept: 'text/html' } }).then((r) => {
        if (r.status === 401) { location.href = '/login?back=/queue'; throw new Error('signed out'); }
        if (!r.ok) throw new Error(String(r.status));
        return r.text();
      }));
      loaded.get(id).catch(() => loaded.delete(id));
    }
    return loaded.get(id);
  }

  function preload() {
    const all = rows();
    const at = all.indexOf(current());
    if (all[at + 1]) load(all[at + 1].dataset.id);
  }

  let wanted = '';
  function show(row, focus) {
    if (!row) return;
    $$('.qrow[aria-current]', list).forEach((r) => r.removeAttribute('aria-current'));
    row.setAttribute('aria-current', 'true');
    row.scrollIntoView({ block: 'nearest' });
    wanted = row.dataset.id;
    load(row.dataset.id).then((html) => {
      if (wanted !== row.dataset.id) return;
      box.innerHTML = html;
      if (window.htmx) window.htmx.process(box);
      history.replaceState(null, '', '/queue?id=' + row.dataset.id);
      if (focus) row.focus({ preventScroll: true });
      preload();
    }).catch(() => toast('这件工单打不开，可能已被别人办理；请刷新', true));
  }

  function move(step) {
    const all = rows();
    const at = all.indexOf(current());
    show(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
  }

  function setTotal(n) {
    const el = $('[data-queue-total]');
    el.textContent = Math.max(0, n);
  }

  // A proposal is changed in the form; the reason is asked as soon as it
  // differs from what the service proposed.
  function change(values) {
    const f = form();
    if (!f) return;
    if (values.category !== undefined) { f.elements.category.value = values.category; $('[data-category-name]', box).textContent = values.name; }
    if (values.lead !== undefined) {
      f.elements.lead.value = values.lead; f.elements.unit.value = values.lead;
      $('[data-lead-show]', box).textContent = values.leadName || '请选择承办单位';
      f.action = values.external ? f.dataset.transferTo : f.dataset.dispatchTo;
      $('[data-button]', f).textContent = values.external ? '转外部单位' : '接受并分派';
    }
    if (values.co !== undefined) {
      f.elements.co.value = values.co;
      $('[data-co-show]', box).textContent = values.coNames;
      $('[data-co-row]', box).hidden = !values.co;
    }
    if (values.rule !== undefined) $('[data-rule-show]', box).textContent = values.rule;
    const differs = f.elements.category.value !== f.dataset.verdictCategory || f.elements.lead.value !== f.dataset.verdictLead;
    const external = f.action === new URL(f.dataset.transferTo, location.href).href;
    const why = $('[data-why]', f);
    why.hidden = !differs && !external;
    if (!why.hidden && !f.elements.reason.value && differs) f.elements.reason.focus();
  }

  function choose(button) {
    const d = button.dataset;
    $$('[data-candidate]', box).forEach((b) => b.setAttribute('aria-pressed', String(b === button)));
    change({ category: d.category, name: d.name, lead: d.lead, leadName: d.leadName, co: d.co, coNames: d.coNames, rule: d.rule, external: d.external !== undefined });
  }

  function send() {
    const f = form();
    if (!f || $('button[type=submit]', f).disabled) return;
    const why = $('[data-why]', f);
    if (!f.elements.lead.value) { pickUnit(); return; }
    if (!why.hidden && !f.elements.reason.value.trim()) {
      f.elements.reason.setAttribute('aria-invalid', 'true');
      f.elements.reason.focus();
      toast('改了建议，请用一个词写明为什么', true, 3000);
      return;
    }
    const row = current();
    const id = f.dataset.id;
    if (!row || row.dataset.id !== id) return;
    const body = new URLSearchParams(new FormData(f));
    const url = f.action;
    const name = $('b', row).textContent;
    row.classList.add('gone');
    loaded.delete(id);
    const total = Number($('[data-queue-total]').textContent);
    setTotal(total - 1);
    const next = nextOf(row);
    if (next) show(next); else box.innerHTML = '';
    fetch(url, { method: 'POST', body, headers: { 'X-Fragment': 'true', 'X-CSRF-Token': window.huiyin.csrf(), Accept: 'application/json' } }).then((r) => r.json().then((d) => ({ ok: r.ok, status: r.status, d }))).then(({ ok, status, d }) => {
      if (status === 401) { location.href = '/login?back=/queue'; return; }
      if (!ok) throw new Error(d.detail || '没有成功');
      row.parentElement.remove();
      toast((d.lead ? '已派给 ' + d.lead : d.state) + '：' + name);
      if (!rows().length) location.href = '/queue';
    }).catch((err) => {
      row.classList.remove('gone');
      setTotal(Number($('[data-queue-total]').textContent) + 1);
      toast(name + '：' + (err.message === 'Failed to fetch' ? '连接不上服务，请再试一次' : err.message), true);
      if (!current() || current().classList.contains('gone')) show(row);
    });
  }

  function nextOf(row) {
    const all = $$('.qrow', list);
    const at = all.indexOf(row);
    return all.slice(at + 1).find((r) => !r.classList.contains('gone')) || rows()[0];
  }

  // Search of units by name or the initials of its pinyin.
  const picker = $('#unit-picker');
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
    if (!form()) return;
    query.value = '';
    picker.showModal();
    filter();
    query.focus();
  }
  function take(option) {
    picker.close();
    if (!option) return;
    change({ lead: option.dataset.code, leadName: option.dataset.name, co: '', coNames: '', rule: '人工指定', external: option.dataset.external !== undefined });
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

  list.addEventListener('click', (e) => {
    const row = e.target.closest('.qrow');
    if (!row || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    show(row);
  });
  box.addEventListener('click', (e) => {
    const candidate = e.target.closest('[data-candidate]');
    if (candidate) choose(candidate);
    if (e.target.closest('[data-pick-unit]')) pickUnit();
  });
  box.addEventListener('submit', (e) => {
    if (!e.target.matches('[data-dispatch]')) return;
    e.preventDefault();
    send();
  });
  box.addEventListener('keydown', (e) => {
    if (e.key === 'Escape' && e.target.name === 'reason') { e.target.blur(); undo(); }
  });
  function undo() {
    const row = current();
    if (row) { loaded.delete(row.dataset.id); show(row); }
  }

  document.addEventListener('keydown', (e) => {
    if (!free(e)) return;
    const on = e.target.closest('button, a, summary');
    if (/^[1-5]$/.test(e.key)) {
      const b = $('[data-candidate][data-key="' + e.key + '"]', box);
      if (b) { e.preventDefault(); choose(b); }
      return;
    }
    switch (e.key) {
      case 'Enter': if (on && !on.matches('.qrow')) return; e.preventDefault(); send(); break;
      case 'j': case 'ArrowDown': case 's': e.preventDefault(); move(1); break;
      case 'k': case 'ArrowUp': e.preventDefault(); move(-1); break;
      case '/': e.preventDefault(); pickUnit(); break;
      case 'o': { const a = $('[data-open]', box); if (a) { e.preventDefault(); a.click(); } break; }
      case 'Escape': undo(); break;
      case 'r': e.preventDefault(); location.href = '/queue'; break;
      default:
    }
  });

  document.addEventListener('huiyin:counts', (e) => {
    const n = e.detail.received;
    if (n === undefined) return;
    const shown = rows().length;
    const news = $('#queue-news');
    const fresh = n - Number($('[data-queue-total]').textContent);
    news.textContent = fresh > 0 ? '新到 ' + fresh + ' 件，按 r 刷新' : '';
    if (!shown && n > 0) location.href = '/queue';
  });

  preload();
})();
